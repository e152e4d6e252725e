//! Repositories made at random: damaged ones, in which nothing may panic and every range lies inside its text, and sound ones
//! of parts that people write, in which every fix keeps what it promises.

mod fixes;
mod workspace;
