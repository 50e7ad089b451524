//! What the container says of the message: parts, statement, leaf.

use std::io::{Read, Seek};

use protocol::context::{Context, MessageKind};
use protocol::hash::Sha512Hash;
use protocol::head::{RequestHead, ResponseHead};
use protocol::identifier::{ClientId, MemberId, ServiceId};

use super::report::{StepName, StepVerdict, Steps};
use super::{Found, words};
use crate::asic::{Contents, Reader};
use crate::leaf::{Direction, Leaf, MessageLeaf, commitment};
use crate::long_signature::LongSignature;
use crate::manifest::{Manifest, Part};

/// A message whose head, context and leaf agree.
pub(super) struct Message {
    pub(super) leaf: MessageLeaf,
    pub(super) leaf_bytes: Vec<u8>,
}

impl Message {
    /// Who has to have signed: the client's member a request, the provider's member a response.
    pub(super) fn member(&self) -> &MemberId {
        match self.leaf.role {
            MessageKind::Request => self.leaf.client.member(),
            MessageKind::Response => self.leaf.service.subsystem().member(),
        }
    }
}

/// Compares each part with the manifest; the manifest is handed on if the container holds what it lists.
pub(super) fn check_parts<R: Read + Seek>(steps: &mut Steps, reader: &mut Reader<R>) -> Option<Manifest> {
    let contents = reader.contents();
    let manifest = steps.take(StepName::Manifest, read_manifest(&contents.manifest))?;
    for (part, bytes) in
        [(Part::Head, &contents.head[..]), (Part::Context, &contents.context), (Part::Salt, &contents.salt)]
    {
        let listed = manifest.digest(part).copied();
        steps.take(StepName::Part(part), check_digest(part, listed, Sha512Hash::of(bytes)));
    }
    let name = StepName::Part(Part::Body);
    match reader.body_digest() {
        Err(error) => {
            steps.record(name, StepVerdict::Failed, format!("body.bin cannot be read: {}.", words(&error)));
        }
        Ok(Some(found)) => {
            steps.take(name, check_digest(Part::Body, manifest.body, found));
        }
        Ok(None) if manifest.body.is_some() => {
            let explanation =
                "The container does not hold the body; its digest is signed, so a copy kept elsewhere can be compared.";
            steps.record(name, StepVerdict::NotPresent, explanation);
        }
        Ok(None) => steps.record(name, StepVerdict::Passed, "The message has no body."),
    }
    Some(manifest)
}

fn read_manifest(bytes: &[u8]) -> Found<Manifest> {
    let manifest = Manifest::parse(bytes).map_err(|error| format!("The manifest is refused: {}.", words(&error)))?;
    let count = Part::ALL.iter().filter(|part| manifest.digest(**part).is_some()).count();
    Ok((manifest, format!("The manifest is in its one accepted form and lists the digests of {count} parts.")))
}

fn check_digest(part: Part, listed: Option<Sha512Hash>, found: Sha512Hash) -> Found<()> {
    match listed {
        Some(listed) if listed == found => Ok(((), format!("{part} has the SHA-512 digest that the manifest lists."))),
        Some(listed) => Err(format!("{part} was changed: its SHA-512 digest is {found}, the manifest lists {listed}.")),
        None => Err(format!("The container holds {part}, which the manifest does not list.")),
    }
}

/// What a head says, for a request and a response alike.
struct HeadFacts {
    client: ClientId,
    service: ServiceId,
    id: String,
    request_id: String,
}

/// Reads head, context and leaf and compares what they say.
pub(super) fn read(contents: &Contents) -> Found<Message> {
    let context =
        Context::parse(&contents.context).map_err(|error| format!("context.txt is refused: {}.", words(&error)))?;
    let head = read_head(context.kind, &contents.head).map_err(|error| format!("head.txt is refused: {error}."))?;
    let leaf = match Leaf::parse(&contents.leaf) {
        Ok(Leaf::Message(leaf)) => *leaf,
        Ok(_) => return Err("The leaf is not that of a message.".to_owned()),
        Err(error) => return Err(format!("The leaf is refused: {}.", words(&error))),
    };
    if let Some(fact) = disagreement(&head, &context, &leaf) {
        return Err(format!("The leaf says something else than head and context about the {fact}."));
    }
    let explanation = describe(&context, &leaf);
    Ok((Message { leaf, leaf_bytes: contents.leaf.clone() }, explanation))
}

fn read_head(kind: MessageKind, bytes: &[u8]) -> Result<HeadFacts, String> {
    match kind {
        MessageKind::Request => {
            let head = RequestHead::parse(bytes).map_err(|error| words(&error))?;
            Ok(HeadFacts {
                client: head.client().clone(),
                service: head.service().clone(),
                id: head.id().to_owned(),
                request_id: head.request_id().to_owned(),
            })
        }
        MessageKind::Response => {
            let head = ResponseHead::parse(bytes).map_err(|error| words(&error))?;
            Ok(HeadFacts {
                client: head.client().clone(),
                service: head.service().clone(),
                id: head.id().to_owned(),
                request_id: head.request_id().to_owned(),
            })
        }
    }
}

/// The first fact about which the leaf contradicts head or context.
fn disagreement(head: &HeadFacts, context: &Context, leaf: &MessageLeaf) -> Option<&'static str> {
    let facts = [
        ("kind of the message", leaf.role == context.kind),
        ("sending security server", *leaf.sender() == context.from),
        ("receiving security server", *leaf.receiver() == context.to),
        ("sequence number", leaf.sequence == context.sequence),
        ("client", leaf.client == head.client),
        ("service", leaf.service == head.service),
        ("message id", leaf.id == head.id),
        ("request id", leaf.request_id == head.request_id),
    ];
    facts.into_iter().find(|(_, agrees)| !agrees).map(|(fact, _)| fact)
}

fn describe(context: &Context, leaf: &MessageLeaf) -> String {
    let Context { from, to, sequence, created, .. } = context;
    let MessageLeaf { client, service, id, time, server, .. } = leaf;
    let what = match leaf.role {
        MessageKind::Request => format!("The message is a request of {client} to the service {service}"),
        MessageKind::Response => format!("The message is a response of the service {service} to {client}"),
    };
    let logged = match leaf.direction {
        Direction::Sent => "as sent",
        Direction::Received => "as received",
    };
    format!(
        "{what}, message id {id}; security server {from} made it at {created} as its number {sequence} to {to}. \
         {server} recorded it {logged} at {time}. Head, context and leaf agree."
    )
}

/// Checks that the leaf commits to the parts of the message.
pub(super) fn check_commitments(
    contents: &Contents,
    message: &Message,
    manifest: &Manifest,
    signed: &LongSignature,
) -> Found<()> {
    let committed = &message.leaf.parts;
    let commit = |digest: &Sha512Hash| commitment(&contents.salt, digest);
    let facts = [
        ("head", committed.head == commit(&manifest.head)),
        ("context", committed.context == commit(&manifest.context)),
        ("body", committed.body == manifest.body.as_ref().map(commit)),
        ("manifest", committed.manifest == commit(&Sha512Hash::of(&contents.manifest))),
        ("signature", committed.signature == commit(&Sha512Hash::of(signed.short_form()))),
    ];
    match facts.into_iter().find(|(_, agrees)| !agrees) {
        Some((part, _)) => Err(format!("The leaf does not commit to the {part} of this message.")),
        None => Ok(((), "The leaf commits to every part of the message and to its signature.".to_owned())),
    }
}
