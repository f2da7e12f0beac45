# Read by CMake at the start of the build of llama-cpp-python (see the Makefile). It cuts the compile from about
# five and a half minutes to two on two cores, and leaves out what crashes.

# Chat templates, sampling presets and image input: large, and unused here. They are set as plain variables,
# which go before the cache entries that the project forces.
set(LLAMA_BUILD_COMMON OFF)
set(LLAVA_BUILD OFF)

# llama.cpp's AMX code crashes on quantized weights (ggml-org/llama.cpp#20824). Without it the weights can also be
# repacked when they are loaded, which is half as fast again.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64" AND NOT MSVC)
  foreach(lang C CXX)
    string(APPEND CMAKE_${lang}_FLAGS " -mno-amx-tile -mno-amx-int8 -mno-amx-bf16")
  endforeach()
endif()
