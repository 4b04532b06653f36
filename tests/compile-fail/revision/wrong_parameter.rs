use migrate_core::direction;
use migrate_core::revision::{Direction, Migrator, Result};

async fn up(_: &mut Migrator, count: u32) -> Result<()> {
    let _ = count;
    Ok(())
}

static UP: Direction = direction!(up);

fn main() {
    let _ = &UP;
}
