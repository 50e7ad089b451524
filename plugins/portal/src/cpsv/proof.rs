//! What has to be shown, what one has at the end, and the rules behind both.

use super::graph::{Graph, Node};
use crate::definition::{Entry, Requirement, Rule};

/// The requirements of an entry, whose node is named `of`, and the evidence for them.
pub(super) fn requirements(graph: &mut Graph, of: &str, entry: &Entry) -> (Vec<String>, Vec<String>) {
    let (mut requirements, mut evidence) = (Vec::new(), Vec::new());
    for requirement in &entry.requirements {
        let name = format!("{of}#requirement-{}", requirement.code);
        let proofs = proofs(graph, of, &name, requirement);
        let node = Node::new(name, &["Requirement"]).with("Requirement.identifier", requirement.code.as_str());
        let node = node.texts("Requirement.name", &requirement.title);
        requirements.push(graph.put(node.links("Requirement.hasSupportingEvidence", proofs.iter().cloned())));
        evidence.extend(proofs);
    }
    (requirements, evidence)
}

fn proofs(graph: &mut Graph, of: &str, requirement: &str, about: &Requirement) -> Vec<String> {
    let proof = |evidence: &crate::definition::Evidence| {
        let code = format!("{}-{}", about.code, evidence.code);
        let node = Node::new(format!("{of}#evidence-{code}"), &["Evidence"]).with("Evidence.identifier", code);
        let node = node.texts("Evidence.name", &evidence.title);
        graph.put(node.links("Evidence.supportsRequirement", [requirement.to_owned()]))
    };
    about.evidence.iter().map(proof).collect()
}

/// What one has in hand at the end.
pub(super) fn outputs(graph: &mut Graph, of: &str, entry: &Entry) -> Vec<String> {
    let output = |output: &crate::definition::Output| {
        let node = Node::new(format!("{of}#output-{}", output.code), &["Output"]);
        let node = node.with("Output.identifier", output.code.as_str()).texts("Output.name", &output.title);
        graph.put(match &output.description {
            Some(text) => node.texts("Output.description", text),
            None => node,
        })
    };
    entry.outputs.iter().map(output).collect()
}

/// The rules that an entry follows, and the laws that have them.
pub(super) fn rules(graph: &mut Graph, of: &str, entry: &Entry) -> (Vec<String>, Vec<String>) {
    let rule = |rule: &Rule| {
        let law = rule.url.clone().unwrap_or_else(|| format!("{of}#law-{}", rule.code));
        let law = graph.put(Node::new(law, &["LegalResource"]));
        let node = Node::new(format!("{of}#rule-{}", rule.code), &["Rule"]).with("Rule.identifier", rule.code.as_str());
        let node = node.texts("Rule.name", &rule.title).texts("Rule.description", &rule.description);
        (graph.put(node.links("Rule.implements", [law.clone()])), law)
    };
    entry.legal_basis.iter().map(rule).unzip()
}
