//! Stands between the program and the server, counts the statements that go through, and holds
//! them back at the wanted one.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::Notify;
use tokio::task::JoinSet;

/// Where the program dies.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fault {
    /// The statement of this number never reaches the server.
    Before(usize),
    /// The statement reaches the server, and its answer nobody.
    After(usize),
}

/// A proxy that works until it is dropped.
pub(crate) struct Proxy {
    pub(crate) port: u16,
    counter: Arc<Counter>,
    _tasks: JoinSet<()>,
}

/// What all connections of the program share.
struct Counter {
    statements: AtomicUsize,
    fault: Option<Fault>,
    reached: Notify,
}

impl Proxy {
    /// A proxy on a free port.
    pub(crate) async fn start(socket: PathBuf, fault: Option<Fault>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let port = listener.local_addr().expect("it listens").port();
        let counter = Counter { statements: 0.into(), fault, reached: Notify::new() };
        let counter = Arc::new(counter);
        let mut tasks = JoinSet::new();
        tasks.spawn(accept(listener, socket, Arc::clone(&counter)));
        Self { port, counter, _tasks: tasks }
    }

    /// Waits for the statement at which the program shall die.
    pub(crate) async fn reached(&self) {
        self.counter.reached.notified().await;
    }

    /// How many statements the program sent.
    pub(crate) fn statements(&self) -> usize {
        self.counter.statements.load(Ordering::SeqCst)
    }
}

/// Serves connections; all end with this task.
async fn accept(listener: TcpListener, socket: PathBuf, counter: Arc<Counter>) {
    let mut sessions = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        let (socket, counter) = (socket.clone(), Arc::clone(&counter));
        // An end of either side is the end of the session, and no error of the proxy.
        sessions.spawn(async move { session(client, socket, &counter).await.ok() });
    }
}

async fn session(mut client: TcpStream, socket: PathBuf, counter: &Counter) -> io::Result<()> {
    client.set_nodelay(true)?;
    let mut server = UnixStream::connect(socket).await?;
    let (mut from_server, mut to_server) = server.split();
    let (mut from_client, mut to_client) = client.split();
    tokio::select! {
        answered = tokio::io::copy(&mut from_server, &mut to_client) => answered.map(drop),
        requested = counter.forward(&mut from_client, &mut to_server) => requested,
    }
}

impl Counter {
    async fn forward(
        &self,
        client: &mut (impl AsyncReadExt + Unpin),
        server: &mut (impl AsyncWriteExt + Unpin),
    ) -> io::Result<()> {
        // The first message of a connection has no kind.
        server.write_all(&message(&[], client).await?).await?;
        let mut number = 0;
        loop {
            let kind = client.read_u8().await?;
            let message = message(&[kind], client).await?;
            if matches!(kind, b'Q' | b'E') {
                number = self.statements.fetch_add(1, Ordering::SeqCst) + 1;
                if matches!(self.fault, Some(Fault::Before(fault)) if fault == number) {
                    self.hold().await;
                }
            }
            server.write_all(&message).await?;
            // What was executed by the extended protocol is committed by the `Sync` behind it.
            if matches!(kind, b'Q' | b'S')
                && matches!(self.fault, Some(Fault::After(fault)) if fault == number)
            {
                self.hold().await;
            }
        }
    }

    /// Lets nothing more through: the connection ends with the proxy.
    async fn hold(&self) {
        self.reached.notify_one();
        std::future::pending::<()>().await;
    }
}

/// The rest of a message, after its kind.
async fn message(kind: &[u8], client: &mut (impl AsyncReadExt + Unpin)) -> io::Result<Vec<u8>> {
    let length = client.read_u32().await?;
    let mut message = [kind, &length.to_be_bytes()].concat();
    let end = kind.len() + usize::try_from(length).map_err(io::Error::other)?;
    message.resize(end.max(message.len()), 0);
    client.read_exact(&mut message[kind.len() + 4..]).await?;
    Ok(message)
}
