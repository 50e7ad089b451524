//! The result as a third party computes it: from the published JSON alone, by the rule in words, with arithmetic of its own.

use std::cmp::Ordering;

use sdk::json::Value;

/// Number, outcome, granted centavos, in the order of the ranking; those that were withdrawn last.
pub type Line = (String, String, i64);

/// What the document says.
pub fn said(result: &Value) -> Vec<Line> {
    let line = |row: &Value| {
        let text = |name: &str| row["result"][name].as_str().unwrap_or_default().to_owned();
        (text("number"), text("outcome"), row["result"]["granted"].as_i64().unwrap_or(-1))
    };
    rows(result).iter().map(line).collect()
}

/// What follows from what evaluators gave.
pub fn computed(result: &Value) -> Vec<Line> {
    let weights: Vec<i128> = list(&result["criteria"]).iter().map(|one| number(&one["weight"])).collect();
    let (mut competing, mut withdrawn): (Vec<_>, Vec<_>) =
        rows(result).iter().partition(|row| row["standing"] == "competes");
    let text = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    let of = |row: &Value| row["result"]["number"].as_str().unwrap_or_default().to_owned();
    competing.sort_by(|one, other| {
        let ((sum, over), (other_sum, other_over)) = (mean(one, &weights), mean(other, &weights));
        let points = (other_sum * over).cmp(&(sum * other_over));
        points.then_with(|| earlier(&text(one, "submitted"), &text(other, "submitted"))).then(of(one).cmp(&of(other)))
    });
    withdrawn.sort_by_key(|row| of(row));
    let mut left = number(&result["total"]);
    let mut lines = Vec::new();
    for row in competing {
        let (asked, (sum, over)) = (number(&row["asked"]), mean(row, &weights));
        let line = match () {
            () if sum < number(&result["least"]) * over => ("ineligible", 0),
            () if asked > left => ("not-granted", 0),
            () => ("granted", asked),
        };
        left -= line.1;
        lines.push((of(row), line.0.to_owned(), i64::try_from(line.1).expect("an amount")));
    }
    lines.extend(withdrawn.into_iter().map(|row| (of(row), "withdrawn".to_owned(), 0)));
    lines
}

/// The weighted mean of a proposal, as a fraction.
fn mean(row: &Value, weights: &[i128]) -> (i128, i128) {
    let given = list(&row["given"]);
    let of_evaluator = |given: &Value| -> i128 {
        list(&given["points"]).iter().zip(weights).map(|(points, weight)| number(points) * weight).sum()
    };
    (given.iter().map(of_evaluator).sum(), 100 * i128::try_from(given.len()).expect("few evaluators"))
}

/// Times are compared as moments: `12:00:00Z` comes before `12:00:00.001Z`.
fn earlier(one: &str, other: &str) -> Ordering {
    let moment = |text: &str| text.parse::<sdk::Timestamp>().expect("a time").as_millisecond();
    moment(one).cmp(&moment(other))
}

fn rows(result: &Value) -> &[Value] {
    list(&result["proposals"])
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn number(value: &Value) -> i128 {
    i128::from(value.as_i64().expect("a whole number"))
}
