//! Services: the procedures of this entity. Those that are done online here can be executed.

use sdk::html::Language;
use sdk::text::fold;
use sdk::{Answer, Failure};

use super::service_id::ServiceId;
use super::wire::{Property, Service};
use crate::api::Call;
use crate::definition::Code;
use crate::procedures::{self, Offered, Version};

pub(super) fn list(call: &Call<'_>) -> Result<Answer, Failure> {
    let name = fold(call.request.parameter("name").unwrap_or_default());
    let mut services = Vec::new();
    for (code, version, offered) in procedures::all()? {
        let service = service(&code, version, offered)?;
        if fold(&service.name).contains(&name) {
            services.push(service);
        }
    }
    Answer::json(200, &services)
}

pub(super) fn show(id: &str) -> Result<Answer, Failure> {
    let (code, version, offered) = ServiceId::find(id)?;
    Answer::json(200, &service(&code, version, offered)?)
}

fn service(code: &Code, number: u32, offered: Offered) -> Result<Service, Failure> {
    let Version { definition, .. } = procedures::version(code, number)?;
    let entry = definition.entry;
    Ok(Service {
        id: ServiceId::of(code).to_string(),
        name: entry.title.in_language(Language::Spanish).to_owned(),
        version: number.to_string(),
        r#type: "Public",
        is_executable: offered == Offered::Open && definition.online.is_some(),
        is_closed: offered == Offered::Withdrawn,
        description: entry.summary.in_language(Language::Spanish).to_owned(),
        service_body: vec![
            Property { code: "procedure", value: code.to_string() },
            Property { code: "sector", value: entry.sector.to_string() },
            Property { code: "working-days", value: entry.deadline.working_days.to_string() },
        ],
    })
}
