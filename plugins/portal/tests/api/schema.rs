//! Whether an answer is what an OpenAPI document says: as much of a validator as its schemas need.

use sdk::json::Value;

/// An OpenAPI document.
pub struct Document(Value);

impl Document {
    /// The one of the registration building block.
    pub fn registration() -> Self {
        Self(sdk::json::read(include_bytes!("../../openapi/registration.json")).expect("JSON"))
    }

    /// Stops the test unless an answer to a method of a path is what the document says.
    pub fn check(&self, (method, path): (&str, &str), status: u16, answer: &Value) {
        let response = self.followed(&self.0["paths"][path][method]["responses"][status.to_string()]);
        let content = response["content"].as_object().unwrap_or_else(|| panic!("{method} {path} has no {status}"));
        let schema = &content.values().next().expect("a content")["schema"];
        let mut wrong = Vec::new();
        self.judge(schema, answer, path, &mut wrong);
        assert!(wrong.is_empty(), "{method} {path}: {wrong:?} in {answer:#}");
    }

    fn followed<'a>(&'a self, value: &'a Value) -> &'a Value {
        match value["$ref"].as_str() {
            Some(to) => self.followed(self.0.pointer(to.trim_start_matches('#')).expect("a reference leads somewhere")),
            None => value,
        }
    }

    fn judge(&self, schema: &Value, value: &Value, at: &str, wrong: &mut Vec<String>) {
        let schema = self.followed(schema);
        let mut demand = |holds: bool, what: &str| {
            if !holds {
                wrong.push(format!("{at} {what}"));
            }
        };
        match schema["type"].as_str() {
            Some("object") => demand(value.is_object(), "is no object"),
            Some("array") => demand(value.is_array(), "is no array"),
            Some("string") => demand(value.is_string(), "is no text"),
            Some("integer") => demand(value.is_i64(), "is no integer"),
            Some("boolean") => demand(value.is_boolean(), "is no boolean"),
            _ => {}
        }
        if let Some(all) = schema["enum"].as_array() {
            demand(all.contains(value), "is none of the enumeration");
        }
        match (schema["format"].as_str(), value.as_str()) {
            (Some("uuid"), Some(text)) => demand(is_uuid(text), "is no UUID"),
            (Some("date-time"), Some(text)) => demand(text.parse::<sdk::Timestamp>().is_ok(), "is no time"),
            (Some("date"), Some(text)) => demand(text.parse::<sdk::Date>().is_ok(), "is no day"),
            _ => {}
        }
        for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            demand(value.get(name).is_some(), &format!("lacks {name}"));
        }
        for (name, value) in value.as_object().into_iter().flatten() {
            let at = format!("{at}/{name}");
            let more = &schema["additionalProperties"];
            match schema["properties"].get(name) {
                Some(schema) => self.judge(schema, value, &at, wrong),
                None if *more == Value::Bool(false) => wrong.push(format!("{at} is not known")),
                None if more.is_object() => self.judge(more, value, &at, wrong),
                // The standard's shapes are open, but we have no business to say more than it knows.
                None if schema["properties"].is_object() && *more != Value::Bool(true) => {
                    let known = name == "applicantId";
                    if !known {
                        wrong.push(format!("{at} is not of the standard"));
                    }
                }
                None => {}
            }
        }
        for (number, value) in value.as_array().into_iter().flatten().enumerate() {
            self.judge(&schema["items"], value, &format!("{at}/{number}"), wrong);
        }
    }
}

fn is_uuid(text: &str) -> bool {
    let parts: Vec<usize> = text.split('-').map(str::len).collect();
    parts == [8, 4, 4, 4, 12] && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}
