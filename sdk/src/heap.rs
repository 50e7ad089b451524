//! The heap of a sandbox: memory is handed out in a row and never taken back, but for the last piece.
//!
//! An instance lives for one call, so what a general allocator does to reuse memory would be in vain; and its first
//! `memory.grow` costs more than a whole call here. Pieces come from an arena inside the memory that an instance
//! begins with, then from pages grown for them, so that the libc below keeps a heap of its own, undisturbed.
#![allow(unsafe_code, reason = "a global allocator is an unsafe trait over raw memory")]

use core::alloc::{GlobalAlloc, Layout};
use core::cell::{Cell, UnsafeCell};
use core::ptr::null_mut;

#[global_allocator]
static HEAP: Heap = Heap { next: Cell::new(0), end: Cell::new(0), arena: UnsafeCell::new([0; ARENA_BYTES]) };

/// With the stack and the constants of a plugin it fits into the 256 KiB that an instance begins with.
const ARENA_BYTES: usize = 96 * 1024;
const PAGE_BYTES: usize = 64 * 1024;

#[repr(align(16))]
struct Heap {
    next: Cell<usize>,
    end: Cell<usize>,
    arena: UnsafeCell<[u8; ARENA_BYTES]>,
}

// SAFETY: a component's instance has one thread.
unsafe impl Sync for Heap {}

impl Heap {
    /// Where a piece of `size` bytes begins, or nothing if there is no more memory.
    fn take(&self, size: usize, align: usize) -> Option<usize> {
        if self.end.get() == 0 {
            self.next.set(self.arena.get() as usize);
            self.end.set(self.next.get() + ARENA_BYTES);
        }
        let mut start = self.next.get().checked_next_multiple_of(align)?;
        if start.checked_add(size)? > self.end.get() {
            self.grow(size.checked_add(align)?)?;
            start = self.next.get().checked_next_multiple_of(align)?;
        }
        self.next.set(start + size);
        Some(start)
    }

    /// Makes room for `size` bytes more, in pages that nobody else has.
    fn grow(&self, size: usize) -> Option<()> {
        let pages = size.div_ceil(PAGE_BYTES);
        let before = core::arch::wasm32::memory_grow::<0>(pages);
        if before == usize::MAX {
            return None;
        }
        let start = before.checked_mul(PAGE_BYTES)?;
        // Pages that follow what is left over continue it.
        if start != self.end.get() {
            self.next.set(start);
        }
        // The end of a full 4 GiB memory does not fit in 32 bits: its last byte stays unused.
        self.end.set(start.saturating_add(pages.saturating_mul(PAGE_BYTES)));
        Some(())
    }

    fn is_last(&self, piece: *mut u8, layout: Layout) -> bool {
        piece as usize + layout.size() == self.next.get()
    }
}

// SAFETY: `take` never hands out a byte twice, except of a last piece that was given back; it stays between `next` and
// `end`, which is memory of the arena or of pages grown by this heap.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        self.take(layout.size(), layout.align()).map_or(null_mut(), |start| start as *mut u8)
    }

    unsafe fn dealloc(&self, piece: *mut u8, layout: Layout) {
        if self.is_last(piece, layout) {
            self.next.set(piece as usize);
        }
    }

    unsafe fn realloc(&self, piece: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if self.is_last(piece, layout) && (piece as usize).checked_add(size).is_some_and(|end| end <= self.end.get()) {
            self.next.set(piece as usize + size);
            return piece;
        }
        if size <= layout.size() {
            return piece;
        }
        let Some(start) = self.take(size, layout.align()) else { return null_mut() };
        // SAFETY: the new piece is as large and apart from the old one, which the caller owns.
        unsafe { core::ptr::copy_nonoverlapping(piece, start as *mut u8, layout.size()) };
        start as *mut u8
    }
}
