//! Whether boxes cover a region of a finite product.
