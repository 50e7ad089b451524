//! What is an identifier, and that each has one form.

use super::*;
use proptest::prelude::*;

#[test]
fn prints_the_form_that_urls_carry() {
    let member = MemberId::new("BO", "GOV", "1001").unwrap();
    let service = ServiceId::new(SubsystemId::new(member, "registro civil").unwrap(), "personas").unwrap();
    assert_eq!(service.to_string(), "BO/GOV/1001/registro%20civil/personas");
    assert_eq!("BO/GOV/1001/registro%20civil/personas".parse(), Ok(service));
}

#[test]
fn a_client_of_three_parts_is_a_member() {
    let client: ClientId = "BO/GOV/1001".parse().unwrap();
    assert!(client.subsystem().is_none());
    let client: ClientId = "BO/GOV/1001/portal".parse().unwrap();
    assert_eq!(client.subsystem().unwrap().code(), "portal");
}

#[test]
fn refuses_what_x_road_forbids() {
    for bad in ["a:b", "a;b", "a%25b", "a%2Fb", "a%5Cb", "a%00", "%E2%80%8B", "..", ".", "", "%zz", "%FF", "a%4"] {
        assert!(format!("BO/GOV/{bad}").parse::<MemberId>().is_err(), "{bad}");
    }
    assert!(format!("BO/GOV/{}", "x".repeat(256)).parse::<MemberId>().is_err());
    assert!("BO/GOV".parse::<MemberId>().is_err());
    assert!("BO/GOV/1/2".parse::<MemberId>().is_err());
}

#[test]
fn a_plus_is_not_a_space() {
    let member: MemberId = "BO/GOV/a+b".parse().unwrap();
    assert_eq!(member.code(), "a+b");
    assert_eq!(member.to_string(), "BO/GOV/a%2Bb");
}

proptest! {
    #[test]
    fn what_is_accepted_prints_and_reads_back(text in "\\PC{0,60}") {
        for candidate in [text.clone(), format!("BO/GOV/{text}"), format!("BO/GOV/1/{text}")] {
            if let Ok(client) = candidate.parse::<ClientId>() {
                prop_assert_eq!(client.to_string().parse::<ClientId>().unwrap(), client);
            }
        }
    }
}
