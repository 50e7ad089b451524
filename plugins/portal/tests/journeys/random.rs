//! Random procedures that hold together, and random moves.

use portal::definition::{Definition, Procedure};
use proptest::prelude::*;
use sdk::json::{Value, json};

/// What somebody does next. Numbers are taken modulo what there is.
#[derive(Clone, Copy, Debug)]
pub enum Move {
    Claim { track: u8, who: u8 },
    Release { track: u8 },
    Assign { track: u8, who: u8 },
    Decide { track: u8, verdict: u8, attach: u8 },
    Pay { fee: u8 },
    Correct { answer: u8 },
    Withdraw { track: u8 },
    Wait { days: u8 },
}

pub fn some_moves() -> impl Strategy<Value = Vec<Move>> {
    let one = prop_oneof![
        6 => (any::<u8>(), any::<u8>()).prop_map(|(track, who)| Move::Claim { track, who }),
        1 => any::<u8>().prop_map(|track| Move::Release { track }),
        1 => (any::<u8>(), any::<u8>()).prop_map(|(track, who)| Move::Assign { track, who }),
        8 => (any::<u8>(), any::<u8>(), any::<u8>()).prop_map(|(track, verdict, attach)| Move::Decide { track, verdict, attach }),
        4 => any::<u8>().prop_map(|fee| Move::Pay { fee }),
        3 => any::<u8>().prop_map(|answer| Move::Correct { answer }),
        1 => any::<u8>().prop_map(|track| Move::Withdraw { track }),
        2 => (0_u8..60).prop_map(|days| Move::Wait { days }),
    ];
    prop::collection::vec(one, 0..40)
}

/// A registration as it is drawn.
#[derive(Clone, Debug)]
struct Drawn {
    optional: bool,
    /// Which of those before it this one needs.
    needs: u8,
    steps: Vec<(u8, u8, u8, bool)>,
    by_hand: bool,
}

fn a_registration() -> impl Strategy<Value = Drawn> {
    let step = (0_u8..3, 0_u8..10, 0_u8..4, any::<bool>());
    (any::<bool>(), any::<u8>(), prop::collection::vec(step, 0..4), any::<bool>())
        .prop_map(|(optional, needs, steps, by_hand)| Drawn { optional, needs, steps, by_hand })
}

pub fn a_procedure() -> impl Strategy<Value = Procedure> {
    let registrations = prop::collection::vec(a_registration(), 1..4);
    let fees = prop::collection::vec((any::<bool>(), any::<u8>(), any::<bool>(), 1_i64..100_000), 0..4);
    (registrations, fees, 0_u32..30, 0_u8..3, any::<bool>()).prop_map(|(registrations, fees, days, silence, stops)| {
        let online = online(&registrations, &fees, stops);
        procedure(online, days, ["grants", "denies", "escalates"][usize::from(silence)])
    })
}

/// One registration, with one step that can reject and send back.
pub fn plain() -> Procedure {
    with_fees(&[])
}

/// The same with two fees: one before the result where the size is 5 or more, and then one that is always owed.
pub fn priced() -> Procedure {
    with_fees(&[(false, 1, true, 5_000), (false, 1, false, 2_000)])
}

fn with_fees(fees: &[(bool, u8, bool, i64)]) -> Procedure {
    let one = Drawn { optional: false, needs: 0, steps: vec![(0, 3, 3, false)], by_hand: false };
    procedure(online(&[one], fees, false), 10, "denies")
}

fn online(registrations: &[Drawn], fees: &[(bool, u8, bool, i64)], stops: bool) -> Value {
    let code = |number: usize| format!("r{number}");
    let shown: Vec<Value> = registrations
        .iter()
        .enumerate()
        .map(|(number, drawn)| {
            let needs: Vec<String> = (0..number).filter(|other| drawn.needs >> other & 1 == 1).map(code).collect();
            // A result that is made by hand needs a last step that is always taken.
            let by_hand = drawn.by_hand && drawn.steps.last().is_some_and(|(_, _, _, conditional)| !conditional);
            let made = if by_hand { json!("by-hand") } else { json!({ "of-text": { "es": "Se concede a {who}." } }) };
            json!({
                "code": code(number),
                "title": { "es": format!("Registro {number}") },
                // The first one is always there, so that something is applied for.
                "need": if drawn.optional && number > 0 { "optional" } else { "required" },
                "needs": needs,
                "steps": drawn.steps.iter().enumerate().map(|(at, drawn)| step(at, *drawn)).collect::<Vec<_>>(),
                "result": { "title": { "es": "Resolución" }, "made": made },
            })
        })
        .collect();
    let fees: Vec<Value> = fees
        .iter()
        .enumerate()
        .map(|(number, (before_review, of, conditional, amount))| {
            let registration = usize::from(*of) % (registrations.len() + 1);
            let mut fee = json!({
                "code": format!("f{number}"),
                "title": { "es": "Tasa" },
                "amount": { "fixed": amount },
                "before": if *before_review { "review" } else { "result" },
            });
            if registration < registrations.len() {
                fee["registration"] = json!(code(registration));
            }
            if *conditional {
                fee["when"] = json!({ "field": "size", "at-least": 5 });
            }
            fee
        })
        .collect();
    json!({
        "schema": {
            "type": "object",
            "properties": {
                "who": { "type": "string", "title": "Quién", "maxLength": 80, "x-concept": "own" },
                "size": { "type": "integer", "title": "Tamaño", "minimum": 0, "maximum": 10, "x-concept": "own" },
                "more": { "type": "string", "title": "Algo más", "maxLength": 80, "x-concept": "own" },
                "why": {
                    "type": "string", "title": "Por qué", "x-concept": "own",
                    "x-when": { "field": "size", "at-least": 8 },
                },
            },
            "required": ["who", "size", "why"],
        },
        "pages": [{ "code": "all", "title": { "es": "Todo" }, "fields": ["who", "size", "why", "more"] }],
        "fees": fees,
        "registrations": shown,
        "calendar": "BO",
        "while-sent-back": if stops { "stops" } else { "runs" },
    })
}

fn step(number: usize, (role, days, powers, conditional): (u8, u8, u8, bool)) -> Value {
    let (all, roles) = (["reject", "send-back"], ["reviewer", "inspector", "supervisor"]);
    let powers: Vec<&str> =
        all.iter().enumerate().filter(|(at, _)| powers >> at & 1 == 1).map(|(_, one)| *one).collect();
    let mut step = json!({
        "code": format!("s{number}"),
        "title": { "es": "Revisión" },
        "role": roles[usize::from(role)],
        "working-days": days,
        "powers": powers,
    });
    if conditional {
        step["when"] = json!({ "field": "size", "at-most": 3 });
    }
    step
}

fn procedure(online: Value, days: u32, silence: &str) -> Procedure {
    let entry = json!({
        "code": "random",
        "title": { "es": "Trámite" },
        "summary": { "es": "Un trámite cualquiera." },
        "audience": ["person"],
        "sector": "empresas",
        "legal-basis": [{ "code": "law", "title": { "es": "Ley" }, "description": { "es": "Lo manda." } }],
        "deadline": { "working-days": days, "silence": silence },
        "channels": [{ "code": "here", "kind": "online" }],
        "outputs": [{ "code": "out", "title": { "es": "Resolución" } }],
    });
    let whole = json!({ "format": "chakana-procedure/1", "entry": entry, "online": online });
    let written = sdk::json::write(&whole).expect("it is JSON");
    let definition: Definition = sdk::json::read(&written).expect("it is a definition");
    Procedure::read(definition, 1).expect("it holds together")
}
