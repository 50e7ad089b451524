//! What a procedure costs.

use sdk::html::Language;
use sdk::{Money, Translated};

use super::authority::bolivianos;
use super::graph::{Graph, Node};
use crate::definition::Cost;

/// The costs of an entry, whose node is named `of` and whose entity `by`. What is free of charge says so.
pub(super) fn costs(graph: &mut Graph, of: &str, by: &str, costs: &[Cost]) -> Vec<String> {
    let currency = bolivianos(graph);
    let mut put = |code: &str, description: &Translated, amount: Option<Money>| {
        let node = Node::new(format!("{of}#cost-{code}"), &["Cost"])
            .with("Cost.identifier", code)
            .texts("Cost.description", description)
            .with_some("Cost.hasValue", amount.map(decimal))
            .links("Cost.currency", [currency.clone()])
            .links("Cost.isDefinedBy", [by.to_owned()]);
        graph.put(node)
    };
    if costs.is_empty() {
        let free = Translated::new("Sin costo").with(Language::English, "Free of charge");
        return vec![put("free", &free, Some(Money::ZERO))];
    }
    costs.iter().map(|cost| put(cost.code.as_str(), &said(cost), cost.amount)).collect()
}

/// What is paid for, and how it is found.
fn said(cost: &Cost) -> Translated {
    let Some(note) = &cost.note else { return cost.title.clone() };
    let both = |language| format!("{}: {}", cost.title.in_language(language), note.in_language(language));
    let others = cost.title.languages().filter(|language| *language != Language::Spanish);
    others.fold(Translated::new(both(Language::Spanish)), |text, language| text.with(language, both(language)))
}

/// An amount as a number of bolivianos: `1234.50`.
pub(crate) fn decimal(amount: Money) -> String {
    let centavos = amount.centavos();
    let sign = if centavos < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", centavos.unsigned_abs() / 100, centavos.unsigned_abs() % 100)
}
