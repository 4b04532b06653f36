use std::rc::Rc;

use migrate_core::direction;
use migrate_core::revision::{Direction, Migrator, Result};

async fn up(db: &mut Migrator) -> Result<()> {
    let held = Rc::new(1);
    db.execute("SELECT 1").await?;
    drop(held);
    Ok(())
}

static UP: Direction = direction!(up);

fn main() {
    let _ = &UP;
}
