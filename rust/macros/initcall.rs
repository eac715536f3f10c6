// SPDX-License-Identifier: GPL-2.0

//! What a built-in module leaves for `initcall_depends`.
//!
//! These are the records of `include/linux/initcall_module.h`: they say which module an initcall
//! belongs to, and which drivers have to be bound before those of a module are probed.
//!
//! C header: [`include/linux/initcall_depends.h`](srctree/include/linux/initcall_depends.h)

use proc_macro2::TokenStream;
use quote::{
    format_ident,
    quote, //
};
use syn::{
    Error,
    Result, //
};

use crate::helpers::*;

/// How a record refers to a label: relative to its own address, or by a pointer.
type Reference = fn(&str) -> String;

fn relative(label: &str) -> String {
    format!(".4byte {label} - .\n")
}

fn absolute(label: &str) -> String {
    format!(".dc.a {label}\n")
}

/// A record refers to strings by local labels.
fn string(label: &str, text: &str) -> String {
    format!(
        r#".pushsection .init.initcall_strings, "aMS", %progbits, 1
        .balign 2
        {label}: .asciz "{text}"
        .popsection
        "#
    )
}

fn record(section: &str, what: &str, modfile: &str, to: Reference) -> String {
    let name = modfile.rsplit('/').next().unwrap_or(modfile).replace(['-', ','], "_");

    format!(
        r#".pushsection {section}, "a"
        .balign 4
        {what}{path}{name}.popsection
        {strings}"#,
        what = to(what),
        path = to("2f"),
        name = to("3f"),
        strings = string("2", modfile) + &string("3", &name)
    )
}

fn all_records(entry: &str, names: &[String], to: Reference) -> String {
    let modfile =
        std::env::var("RUST_MODFILE").expect("Unable to fetch RUST_MODFILE environmental variable");
    let mut text = record(".init.initcall_modules", entry, &modfile, to);

    for name in names {
        text += &record(".init.initcall_depends", "4f", &modfile, to);
        text += &string("4", name);
    }
    text
}

/// Fails unless `name` is one module name or path, as `initcall_depends()` does in C.
fn check(name: &AsciiLitStr) -> Result<String> {
    let value = name.value();

    if value.is_empty() || value.contains(['"', '\\', ' ', '\t', '\n', ':', ',']) {
        return Err(Error::new_spanned(
            name,
            "initcall_depends takes module names or paths",
        ));
    }
    Ok(value)
}

/// File, line and name of a declaration, for the messages of a build.
pub(crate) fn place(name: &AsciiLitStr) -> String {
    let (file, line) = name.place();

    format!("{file}:{line}:{}", name.value())
}

/// The records of a module whose initcall is called `__<ident>_initcall`.
pub(crate) fn records<'a>(
    ident: &str,
    names: impl Iterator<Item = &'a AsciiLitStr>,
) -> Result<TokenStream> {
    let names = names.map(check).collect::<Result<Vec<_>>>()?;
    let entry = format_ident!("__{ident}_initcall");
    let offsets = all_records(&entry.to_string(), &names, relative);
    let pointers = all_records("{entry}", &names, absolute);

    Ok(quote! {
        #[cfg(not(MODULE))]
        #[cfg(CONFIG_INITCALL_DEPENDS)]
        #[cfg(CONFIG_HAVE_ARCH_PREL32_RELOCATIONS)]
        ::core::arch::global_asm!(#offsets);

        #[cfg(not(MODULE))]
        #[cfg(CONFIG_INITCALL_DEPENDS)]
        #[cfg(not(CONFIG_HAVE_ARCH_PREL32_RELOCATIONS))]
        ::core::arch::global_asm!(#pointers, entry = sym #entry);
    })
}
