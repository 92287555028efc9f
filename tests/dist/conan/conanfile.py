"""A program that knows honnin through Conan only: it is built and reads a virtual card."""

import os
import pathlib

from conan import ConanFile
from conan.tools.cmake import CMake, cmake_layout


class Program(ConanFile):
    settings = "os", "arch", "compiler", "build_type"
    generators = "CMakeDeps", "CMakeToolchain", "VirtualRunEnv"

    def requirements(self):
        self.requires(self.tested_reference_str)

    def layout(self):
        cmake_layout(self)

    def build(self):
        cmake = CMake(self)
        cmake.configure(variables={"EXAMPLES": os.environ["EXAMPLES"]})
        cmake.build()

    def test(self):
        program = pathlib.Path(self.cpp.build.bindir, "read").resolve()
        makefile = pathlib.Path(os.environ["EXAMPLES"], "Makefile")
        self.run(f'"{program}" --virtual "{makefile}"', env="conanrun")
