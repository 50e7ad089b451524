//! Where a question stands in a definition: among the schema's properties, among those that have to be answered, on a page.

use sdk::json::{Value, json};

use super::super::kinds::{self, Keywords};
use crate::definition::{Code, Definition};

/// A question as it is put into a definition.
pub(super) struct Stored {
    pub(super) name: String,
    pub(super) keywords: Keywords,
    pub(super) is_required: bool,
    /// The page that it is asked on.
    pub(super) page: Option<Code>,
}

impl Stored {
    /// The definition with it, in place of the one of its name.
    pub(super) fn put_into(&self, definition: &Definition) -> Definition {
        let mut changed = definition.clone();
        let before = place_of(definition, &self.name);
        let Some(online) = &mut changed.online else { return changed };
        if let Some(properties) = part(&mut online.schema, "properties", json!({})).and_then(Value::as_object_mut) {
            properties.insert(self.name.clone(), Value::Object(self.keywords.clone()));
        }
        if let Some(required) = part(&mut online.schema, "required", json!([])).and_then(Value::as_array_mut) {
            required.retain(|name| *name != self.name.as_str());
            if self.is_required {
                required.push(self.name.as_str().into());
            }
        }
        let stays = before.is_some_and(|(page, _)| online.pages.get(page).map(|page| &page.code) == self.page.as_ref());
        if !stays {
            online.pages.iter_mut().for_each(|page| page.fields.retain(|name| *name != self.name));
            let page = online.pages.iter_mut().find(|page| Some(&page.code) == self.page.as_ref());
            if let Some(page) = page {
                page.fields.push(self.name.clone());
            }
        }
        kinds::put_in_order(&mut changed);
        changed
    }
}

/// A part of a schema, which is there from then on.
fn part<'s>(schema: &'s mut Value, keyword: &str, empty: Value) -> Option<&'s mut Value> {
    let schema = schema.as_object_mut()?;
    Some(schema.entry(keyword).or_insert(empty))
}

/// The page that a question is on, and its place there.
pub(super) fn place_of(definition: &Definition, name: &str) -> Option<(usize, usize)> {
    let pages = definition.online.iter().flat_map(|online| &online.pages).enumerate();
    pages.filter_map(|(number, page)| Some((number, page.fields.iter().position(|one| one == name)?))).next()
}

/// Whether a question has to be answered; a new one has to.
pub(super) fn is_required(definition: &Definition, name: Option<&str>) -> bool {
    let Some(name) = name else { return true };
    let required = definition.online.as_ref().and_then(|online| online.schema.get("required")?.as_array());
    required.is_some_and(|required| required.iter().any(|one| one == name))
}

/// Takes a question away from everywhere.
pub(super) fn take_away(definition: &mut Definition, name: &str) {
    let Some(online) = &mut definition.online else { return };
    online.pages.iter_mut().for_each(|page| page.fields.retain(|one| one != name));
    if let Some(properties) = online.schema.get_mut("properties").and_then(Value::as_object_mut) {
        properties.remove(name);
    }
    for keyword in ["required", "x-order"] {
        if let Some(names) = online.schema.get_mut(keyword).and_then(Value::as_array_mut) {
            names.retain(|one| one != name);
        }
    }
}
