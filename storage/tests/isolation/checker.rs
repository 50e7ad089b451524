//! Searches a history for anomalies, in the manner of Elle.
//!
//! From the lists follows who wrote before whom (ww), who read whose write (wr), and who read what somebody replaced
//! later (rw). The clock says who had ended before another began. A serial order that explains the history exists
//! if there is no cycle in all that.

use std::collections::{BTreeMap, BTreeSet};

use crate::history::{Anomaly, History, Id, Key, Observed, Read};

pub fn check(history: &History) -> Result<(), Anomaly> {
    let committed: BTreeMap<Id, &Observed> = history.committed.iter().map(|observed| (observed.id, observed)).collect();
    for (key, list) in &history.left {
        if let Some(id) = list.iter().find(|id| !committed.contains_key(id)) {
            return Err(Anomaly::Aborted { key: *key, id: *id });
        }
    }
    for observed in &history.committed {
        for (key, appends) in &observed.appends {
            if left(history, *key).iter().filter(|id| **id == observed.id).count() != *appends {
                return Err(Anomaly::Lost { key: *key, id: observed.id });
            }
        }
        observed.reads.iter().try_for_each(|read| check_read(history, observed.id, read))?;
    }
    cycle(&dependencies(history)).map_or(Ok(()), |ids| Err(Anomaly::Cycle(ids)))
}

fn left(history: &History, key: Key) -> &[Id] {
    history.left.get(&key).map_or(&[], Vec::as_slice)
}

/// What a reader saw of others.
fn others(reader: Id, read: &Read) -> &[Id] {
    let own = read.list.iter().rev().take_while(|id| **id == reader).count();
    &read.list[..read.list.len() - own]
}

fn check_read(history: &History, reader: Id, read: &Read) -> Result<(), Anomaly> {
    let (key, seen, left) = (read.key, others(reader, read), left(history, read.key));
    if seen.len() + read.own != read.list.len() {
        return Err(Anomaly::NotItsOwn { key, reader });
    }
    if !left.starts_with(seen) {
        return Err(Anomaly::NeverThere { key, reader });
    }
    match (seen.last(), left.get(seen.len())) {
        (Some(last), Some(next)) if last == next => Err(Anomaly::Intermediate { key, reader }),
        _ => Ok(()),
    }
}

/// A transaction, or a tick of the clock: in the chain of ticks, few edges say who came before whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    Tick(u64),
    Transaction(Id),
}

type Graph = BTreeMap<Node, BTreeSet<Node>>;

/// What must have come before what.
fn dependencies(history: &History) -> Graph {
    let mut edges = Vec::new();
    for list in history.left.values() {
        edges.extend(list.windows(2).map(|pair| (Node::Transaction(pair[0]), Node::Transaction(pair[1]))));
    }
    for observed in &history.committed {
        let node = Node::Transaction(observed.id);
        edges.push((Node::Tick(observed.began), node));
        edges.push((node, Node::Tick(observed.ended)));
        for read in &observed.reads {
            let seen = others(observed.id, read);
            edges.extend(seen.last().map(|writer| (Node::Transaction(*writer), node)));
            let next = left(history, read.key).get(seen.len());
            edges.extend(next.map(|writer| (node, Node::Transaction(*writer))));
        }
    }
    let ticks: BTreeSet<u64> = history.committed.iter().flat_map(|observed| [observed.began, observed.ended]).collect();
    edges.extend(ticks.iter().zip(ticks.iter().skip(1)).map(|(tick, next)| (Node::Tick(*tick), Node::Tick(*next))));

    let mut graph = Graph::new();
    for (before, after) in edges.into_iter().filter(|(before, after)| before != after) {
        graph.entry(after).or_default();
        graph.entry(before).or_default().insert(after);
    }
    graph
}

/// The transactions of a cycle, if there is one: takes away what nothing comes before, until nothing is left.
fn cycle(graph: &Graph) -> Option<Vec<Id>> {
    let mut before: BTreeMap<Node, usize> = graph.keys().map(|node| (*node, 0)).collect();
    graph.values().flatten().for_each(|node| *before.entry(*node).or_default() += 1);
    let mut free: Vec<Node> = before.iter().filter(|(_, count)| **count == 0).map(|(node, _)| *node).collect();
    while let Some(node) = free.pop() {
        before.remove(&node);
        for after in &graph[&node] {
            let count = before.get_mut(after).expect("a node is taken away after all that come before it");
            *count -= 1;
            if *count == 0 {
                free.push(*after);
            }
        }
    }
    before.keys().next().map(|start| around(graph, &before, *start))
}

/// Follows those that are left backwards, where each has one before it, until one comes again.
fn around(graph: &Graph, left: &BTreeMap<Node, usize>, start: Node) -> Vec<Id> {
    let mut path = vec![start];
    loop {
        let last = path[path.len() - 1];
        let previous = left.keys().find(|node| graph[node].contains(&last)).expect("each has one before it");
        if let Some(first) = path.iter().position(|node| node == previous) {
            let cycle = path[first..].iter().rev();
            return cycle.filter_map(|node| if let Node::Transaction(id) = node { Some(*id) } else { None }).collect();
        }
        path.push(*previous);
    }
}
