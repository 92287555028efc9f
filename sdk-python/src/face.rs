//! `honnin.Face`: what is printed on the card, as its chip has it.

use crate::boundary::brief;
use crate::certificate::{date, holder_to_python};
use crate::enums::Choice;
use crate::trust::report_to_python;
use honnin::card::{Face as Core, FaceImage, ImageFormat};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDate, PyDict};

/// The card face, from `Card.face`. Its pictures are wiped when it goes.
#[pyclass(frozen, module = "honnin")]
pub(crate) struct Face(Core);

impl Face {
    pub(crate) fn of(core: Core) -> Face {
        Face(core)
    }
}

#[pymethods]
impl Face {
    /// Birth date and sex. Name and address are pictures only.
    #[getter]
    fn holder<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        holder_to_python(py, self.0.holder(), None)
    }

    /// The last day on which the card is good. No signature covers it.
    #[getter]
    fn expires<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyDate>>> {
        date(py, self.0.expiry())
    }

    /// The findings RECORD, CARD_CERTIFICATE, TEST_CARD, COVERAGE and CARD_EXPIRY.
    #[getter]
    fn report<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        report_to_python(py, self.0.report(), &[], PyDict::new(py))
    }

    /// A picture, as PNG or as stored. NotFound for a photo that the card does not hold; CardResponse for a picture that
    /// cannot be decoded within the limits.
    #[pyo3(
        signature = (which=Choice(FaceImage::Photo), format=Choice(ImageFormat::Png)),
        text_signature = "($self, which=\"photo\", format=\"png\")"
    )]
    fn image<'py>(
        &self,
        py: Python<'py>,
        which: Choice<FaceImage>,
        format: Choice<ImageFormat>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let bytes = brief(py, || self.0.image(which.0, format.0))?;
        Ok(PyBytes::new(py, &bytes))
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(PyTypeError::new_err("a card face is not pickled or copied"))
    }

    fn __repr__(&self) -> &'static str {
        "<honnin.Face>"
    }
}
