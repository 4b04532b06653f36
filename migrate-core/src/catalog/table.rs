//! A table without its columns, which are objects of their own.

use serde::{Deserialize, Serialize};

use super::{Ident, Options};

/// What logical replication sends to identify a row.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReplicaIdentity {
    /// The primary key.
    #[default]
    Default,
    /// Every column.
    Full,
    /// Nothing.
    Nothing,
    /// The columns of an index.
    Index(Ident),
}

/// A table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Storage parameters; those of the TOAST table begin with `toast.`.
    pub options: Options,
    /// `UNLOGGED`.
    pub unlogged: bool,
    /// The tablespace, where it isn't the database's.
    pub tablespace: Option<Ident>,
    /// The access method, where it isn't `heap`.
    pub access_method: Option<Ident>,
    /// `REPLICA IDENTITY`.
    pub replica_identity: ReplicaIdentity,
    /// The index of `CLUSTER ON`.
    pub cluster_on: Option<Ident>,
}
