//! Operations on YAML.
