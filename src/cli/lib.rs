//! The honnin command as a library, so that the wheel can carry it too.
