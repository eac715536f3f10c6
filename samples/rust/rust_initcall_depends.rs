// SPDX-License-Identifier: GPL-2.0

//! Rust driver whose probe needs another one bound first, and that says so.
//!
//! The other one is `samples/initcall_depends/initcall_supplier.c`, which comes later in link
//! order. C drivers can need this one in turn: `initcall_depends("rust_initcall_depends");`
//!
//! It is probed if the device tree has a node such as
//!
//! ```dts
//! rust-initcall-depends {
//!         compatible = "test,rust-initcall-depends";
//! };
//! ```

use kernel::{
    device::Core,
    of,
    platform,
    prelude::*, //
};

struct SampleDriver;

kernel::of_device_table!(
    OF_TABLE,
    <SampleDriver as platform::Driver>::IdInfo,
    [(of::DeviceId::new(c"test,rust-initcall-depends"), ())]
);

impl platform::Driver for SampleDriver {
    type IdInfo = ();
    type Data<'bound> = Self;
    const OF_ID_TABLE: Option<of::IdTable<Self::IdInfo>> = Some(&OF_TABLE);

    fn probe<'bound>(
        pdev: &'bound platform::Device<Core<'_>>,
        _info: Option<&'bound Self::IdInfo>,
    ) -> impl PinInit<Self, Error> + 'bound {
        dev_info!(pdev, "bound\n");
        Ok(Self)
    }
}

kernel::module_platform_driver! {
    type: SampleDriver,
    name: "rust_initcall_depends",
    description: "Rust driver that declares which driver it needs",
    license: "GPL",
    initcall_depends: ["initcall_supplier"],
}
