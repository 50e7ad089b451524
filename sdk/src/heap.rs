//! The heap of a sandbox: an arena whose memory is handed out in a row and never taken back, but for the last piece; and
//! beyond it the system's allocator, which uses again what was given back.
//!
//! An instance lives for one call. Most calls fit into the arena, which lies inside the memory that an instance begins
//! with: to reuse memory there would be in vain, and a first `memory.grow` costs more than a whole call. A call that walks
//! over much data gives back what it has seen, so that it needs room for a part of it and not for the whole.
#![allow(unsafe_code, reason = "a global allocator is an unsafe trait over raw memory")]

use core::alloc::{GlobalAlloc, Layout};
use core::cell::{Cell, UnsafeCell};
use std::alloc::System;

#[global_allocator]
static HEAP: Heap = Heap { used: Cell::new(0), arena: UnsafeCell::new([0; ARENA_BYTES]) };

/// With the stack and the constants of a plugin it fits into the 256 KiB that an instance begins with.
const ARENA_BYTES: usize = 96 * 1024;

#[repr(align(16))]
struct Heap {
    arena: UnsafeCell<[u8; ARENA_BYTES]>,
    /// Bytes of the arena that were handed out, from its beginning.
    used: Cell<usize>,
}

// SAFETY: a component's instance has one thread.
unsafe impl Sync for Heap {}

impl Heap {
    fn start(&self) -> usize {
        self.arena.get() as usize
    }

    /// A piece of the arena, if there is room for it.
    fn take(&self, layout: Layout) -> Option<*mut u8> {
        let place = (self.start() + self.used.get()).checked_next_multiple_of(layout.align())?;
        let used = (place - self.start()).checked_add(layout.size()).filter(|used| *used <= ARENA_BYTES)?;
        self.used.set(used);
        Some(place as *mut u8)
    }

    /// Where in the arena a piece begins, if it is one of the arena's.
    fn offset_of(&self, piece: *mut u8) -> Option<usize> {
        (piece as usize).checked_sub(self.start()).filter(|offset| *offset < ARENA_BYTES)
    }
}

// SAFETY: `take` hands out bytes between the beginning and the end of the arena, and none twice, except of a last piece that
// was given back. Every other piece is the system's, and goes back to it: `offset_of` tells them apart.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the layout is the caller's, whose promise it is that its size is not zero.
        self.take(layout).unwrap_or_else(|| unsafe { System.alloc(layout) })
    }

    unsafe fn dealloc(&self, piece: *mut u8, layout: Layout) {
        match self.offset_of(piece) {
            Some(offset) if offset + layout.size() == self.used.get() => self.used.set(offset),
            Some(_) => {}
            // SAFETY: the system handed it out.
            None => unsafe { System.dealloc(piece, layout) },
        }
    }

    unsafe fn realloc(&self, piece: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let Some(offset) = self.offset_of(piece) else {
            // SAFETY: the system handed it out.
            return unsafe { System.realloc(piece, layout, size) };
        };
        if offset + layout.size() == self.used.get() && offset.checked_add(size).is_some_and(|end| end <= ARENA_BYTES) {
            self.used.set(offset + size);
            return piece;
        }
        if size <= layout.size() {
            return piece;
        }
        // SAFETY: a size that the caller promises to be one of a layout with this alignment; the new piece is as large,
        // and apart from the old one, which the caller owns.
        unsafe {
            let moved = self.alloc(Layout::from_size_align_unchecked(size, layout.align()));
            if !moved.is_null() {
                core::ptr::copy_nonoverlapping(piece, moved, layout.size());
            }
            moved
        }
    }
}
