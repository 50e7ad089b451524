//! The order in which fields are settled: each after those that it depends on.

/// An order of so many things, each after what it depends on, and otherwise as they are numbered.
///
/// # Errors
/// A circle: each depends on the next one, and the last on the first.
pub(super) fn order(depends_on: &[Vec<usize>]) -> Result<Vec<usize>, Vec<usize>> {
    let mut waits_for: Vec<usize> = depends_on.iter().map(Vec::len).collect();
    let mut needed_by: Vec<Vec<usize>> = vec![Vec::new(); depends_on.len()];
    for (one, others) in depends_on.iter().enumerate() {
        others.iter().for_each(|other| needed_by[*other].push(one));
    }
    let mut ready: std::collections::BTreeSet<usize> =
        (0..depends_on.len()).filter(|one| waits_for[*one] == 0).collect();
    let mut order = Vec::with_capacity(depends_on.len());
    while let Some(one) = ready.pop_first() {
        order.push(one);
        for other in &needed_by[one] {
            waits_for[*other] -= 1;
            if waits_for[*other] == 0 {
                ready.insert(*other);
            }
        }
    }
    let waiting = |one: &usize| waits_for[*one] > 0;
    match (0..depends_on.len()).find(waiting) {
        None => Ok(order),
        Some(one) => Err(circle(one, |one| depends_on[one].iter().copied().find(waiting))),
    }
}

/// Follows what each waits for until one comes again: whatever waits for ever does so for another that does.
fn circle(from: usize, next: impl Fn(usize) -> Option<usize>) -> Vec<usize> {
    let mut path = vec![from];
    while let Some(one) = path.last().and_then(|last| next(*last)) {
        if let Some(begin) = path.iter().position(|other| *other == one) {
            return path.split_off(begin);
        }
        path.push(one);
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_comes_after_what_it_depends_on_and_otherwise_as_it_is_numbered() {
        assert_eq!(order(&[vec![2], vec![], vec![1, 1], vec![]]), Ok(vec![1, 2, 0, 3]));
        assert_eq!(order(&[]), Ok(vec![]));
    }

    #[test]
    fn a_circle_is_named() {
        assert_eq!(order(&[vec![0]]), Err(vec![0]));
        assert_eq!(order(&[vec![1], vec![2], vec![3], vec![1], vec![]]), Err(vec![1, 2, 3]));
    }
}
