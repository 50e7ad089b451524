//! Connections that are held and not used: handshakes, heads and bodies that never come to their end, and idle ones.

use super::{BRIEFLY, HARMFUL, Port, SOON, request, until_closed};
use listener::Limits;
use std::net::Ipv4Addr;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{interval, timeout};

/// Sends a byte now and then until the server has closed the connection, and gives what it said.
async fn dripped_on(stream: impl AsyncRead + AsyncWrite) -> String {
    let (mut reading, mut writing) = tokio::io::split(stream);
    let drip = async {
        let mut drops = interval(Duration::from_millis(20));
        while writing.write_all(b"x").await.is_ok() && writing.flush().await.is_ok() {
            drops.tick().await;
        }
        std::future::pending::<()>().await;
    };
    let mut heard = Vec::new();
    tokio::select! {
        () = drip => {}
        // It may also be reset.
        _ = reading.read_to_end(&mut heard) => {}
    }
    String::from_utf8_lossy(&heard).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handshake_that_never_ends_is_cut() {
    let port = Port::open(Limits { handshake_timeout: BRIEFLY, ..Limits::default() }).await;
    let (silent, mut begun) = (port.connection(HARMFUL).await, port.connection(HARMFUL).await);
    // A record of 512 bytes, of which the rest never comes.
    begun.write_all(b"\x16\x03\x01\x02\x00\x01").await.unwrap();
    port.serves_others().await;
    for mut stream in [silent, begun] {
        assert_eq!(until_closed(&mut stream).await, "");
    }
    let trickle = port.connection(HARMFUL).await;
    timeout(SOON, dripped_on(trickle)).await.expect("one that trickles is cut as well");
    port.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_trickles_is_cut_at_its_time() {
    let port = Port::open(Limits { header_timeout: 2 * BRIEFLY, ..Limits::default() }).await;
    let mut stream = port.harmful("http/1.1").await;
    stream.write_all(format!("{}x-long: ", request("GET", "/")).as_bytes()).await.unwrap();
    let (heard, ()) = tokio::join!(timeout(SOON, dripped_on(stream)), port.serves_others());
    assert!(!heard.expect("it is cut").contains("200 OK"));
    // Over HTTP/2, a head of which the end never comes.
    let mut stream = port.harmful("h2").await;
    stream.write_all(&tests::frames::preface(&[])).await.unwrap();
    stream.write_all(&[0, 0x40, 0, 1, 0, 0, 0, 0, 1]).await.unwrap();
    let (heard, ()) = tokio::join!(timeout(SOON, dripped_on(stream)), port.serves_others());
    heard.expect("it is cut");
    port.close().await;
}

// One that trickles has half a minute; that it is refused then is tested where the minute can be shorter, in `listener`.
#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_stops_is_refused_in_words() {
    let gateway = citizens_gateway::Limits { body_patience: BRIEFLY, ..Default::default() };
    let port = Port::with(Limits::default(), gateway).await;
    let form = "content-type: application/x-www-form-urlencoded\r\ncontent-length: 1000\r\nconnection: close\r\n\r\n";
    let mut stops = port.harmful("http/1.1").await;
    stops.write_all(format!("{}{form}name=A", request("POST", "/")).as_bytes()).await.unwrap();
    let (heard, ()) = tokio::join!(until_closed(&mut stops), port.serves_others());
    assert!(heard.starts_with("HTTP/1.1 408") && heard.contains("El envío tardó demasiado"), "{heard}");

    port.close().await;
}

fn few() -> Limits {
    Limits { max_connections: 24, max_connections_per_peer: 8, ..Limits::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_client_holds_so_many_idle_connections_and_the_next_is_closed_at_once() {
    let port = Port::open(few()).await;
    let mut held = Vec::new();
    for _ in 0..8 {
        held.push(port.harmful("http/1.1").await);
    }
    let mut next = port.connection(HARMFUL).await;
    assert_eq!(until_closed(&mut next).await, "", "not at the timeout of a handshake, but at once");
    port.serves_others().await;
    drop(held);
    port.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn idle_connections_of_many_clients_leave_their_places_to_who_asks_for_something() {
    let port = Port::open(Limits { crowded_idle_timeout: BRIEFLY, ..few() }).await;
    let mut held: Vec<TcpStream> = Vec::new();
    for number in 0..24 {
        held.push(port.connection(Ipv4Addr::new(127, 0, 1, number / 8)).await);
    }
    port.serves_others().await;
    for mut stream in held {
        assert_eq!(until_closed(&mut stream).await, "");
    }
    port.close().await;
}
