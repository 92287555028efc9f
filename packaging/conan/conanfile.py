"""honnin as a Conan package, out of the archive for the machine it is for. HONNIN_ARCHIVES is the folder or address that
has the archives and their SHA256SUMS."""

import hashlib
import os
import pathlib

from conan import ConanFile
from conan.errors import ConanException, ConanInvalidConfiguration
from conan.tools.files import copy, download, load, unzip


class HonninConan(ConanFile):
    name = "honnin"
    version = "@VERSION@"
    package_type = "library"
    license = "Apache-2.0 OR MIT"
    description = "Reads the Japanese My Number Card through a PC/SC reader"
    topics = ("smart-card", "pcsc", "my-number-card", "jpki")
    settings = "os", "arch"
    options = {"shared": [True, False]}
    default_options = {"shared": True}

    def _archive(self):
        kinds = {("Linux", "x86_64"): "linux-x86_64.tar.gz", ("Linux", "armv8"): "linux-arm64.tar.gz",
                 ("Windows", "x86_64"): "windows-x86_64.zip", ("Windows", "x86"): "windows-i686.zip"}
        kind = kinds.get((str(self.settings.os), str(self.settings.arch)))
        return kind and f"honnin-{self.version}-{kind}"

    def validate(self):
        if not self._archive():
            raise ConanInvalidConfiguration("there is no archive of honnin for this system")
        if self.settings.os == "Windows" and not self.options.shared:
            raise ConanInvalidConfiguration("honnin for Windows is a DLL")

    def build(self):
        place = os.environ.get("HONNIN_ARCHIVES")
        if not place:
            raise ConanException("HONNIN_ARCHIVES does not say where the archives are")
        if "://" not in place:
            place = pathlib.Path(place).resolve().as_uri()
        name = self._archive()
        download(self, f"{place}/SHA256SUMS", "SHA256SUMS")
        download(self, f"{place}/{name}", name)
        sums = dict(reversed(line.split(maxsplit=1)) for line in load(self, "SHA256SUMS").splitlines())
        if hashlib.sha256(pathlib.Path(name).read_bytes()).hexdigest() != sums.get(name):
            raise ConanException(f"{name} is not the file that SHA256SUMS names")
        unzip(self, name, destination="unpacked", strip_root=True)

    def package(self):
        unpacked = pathlib.Path(self.build_folder, "unpacked")
        copy(self, "*", unpacked / "include", pathlib.Path(self.package_folder, "include"))
        copy(self, "*", unpacked / "bin", pathlib.Path(self.package_folder, "bin"))
        copy(self, "*", unpacked / "share/doc/honnin", pathlib.Path(self.package_folder, "licenses"))
        for pattern in ["*.lib", "*.dll.a"] + (["*.so*"] if self.options.shared else ["*.a"]):
            copy(self, pattern, unpacked / "lib", pathlib.Path(self.package_folder, "lib"))
        config = load(self, str(unpacked / "lib/pkgconfig/honnin.pc"))
        native = [line.split(":", 1)[1].split() for line in config.splitlines() if line.startswith("Libs.private:")]
        pathlib.Path(self.package_folder, "licenses/native-libs.txt").write_text("\n".join(native[0] if native else []))

    def package_info(self):
        self.cpp_info.libs = ["honnin"]
        self.cpp_info.set_property("cmake_file_name", "honnin")
        self.cpp_info.set_property("cmake_target_name", "honnin::honnin" if self.options.shared else "honnin::static")
        self.cpp_info.set_property("pkg_config_name", "honnin")
        if not self.options.shared:
            native = pathlib.Path(self.package_folder, "licenses/native-libs.txt").read_text().split()
            self.cpp_info.system_libs = [word.removeprefix("-l") for word in native]
