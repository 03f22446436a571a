# LibTorch as our own imported target: find_package(Torch) of the CUDA wheel requires an installed nvcc.
# FANLIGHT_LIBTORCH is the site-packages folder of the private environment that packaging/dev makes.

set(FANLIGHT_LIBTORCH "" CACHE PATH "Folder that holds torch/ and nvidia/ (site-packages of the pinned wheel)")
if(NOT EXISTS ${FANLIGHT_LIBTORCH}/torch/lib/libtorch_cpu.so)
  message(FATAL_ERROR "No LibTorch in '${FANLIGHT_LIBTORCH}': run packaging/dev setup, or give -DFANLIGHT_LIBTORCH=DIR.")
endif()

# Only the CPU half is linked: a CPU worker then starts in 0.3 s and 120 MB instead of 0.4 s and 470 MB. The CUDA half
# is loaded when a worker is given a GPU (core/weights/accelerator.cpp).
add_library(fanlight::torch INTERFACE IMPORTED)
target_include_directories(fanlight::torch SYSTEM INTERFACE
  ${FANLIGHT_LIBTORCH}/torch/include ${FANLIGHT_LIBTORCH}/torch/include/torch/csrc/api/include)
# at::parallel_for is a header's template: without OpenMP it runs in one thread. The runtime is LibTorch's own, which
# clang's code cannot use.
if(NOT FANLIGHT_FUZZ)
  target_compile_options(fanlight::torch INTERFACE -fopenmp)
endif()
target_link_libraries(fanlight::torch INTERFACE
  ${FANLIGHT_LIBTORCH}/torch/lib/libtorch_cpu.so ${FANLIGHT_LIBTORCH}/torch/lib/libc10.so
  ${FANLIGHT_LIBTORCH}/torch/lib/libgomp.so.1)

# NVML's header; the library is part of the driver and is loaded at run time (core/devices).
add_library(fanlight::nvml INTERFACE IMPORTED)
target_include_directories(fanlight::nvml SYSTEM INTERFACE ${FANLIGHT_LIBTORCH}/nvidia/cu13/include)
target_link_libraries(fanlight::nvml INTERFACE ${CMAKE_DL_LIBS})

# What needs the CUDA half of LibTorch: libraries beside the worker, which loads them with it.
function(fanlight_cuda_library name source)
  add_library(${name} SHARED ${PROJECT_SOURCE_DIR}/${source})
  set_target_properties(${name} PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
  target_include_directories(${name} SYSTEM PRIVATE
    ${FANLIGHT_LIBTORCH}/nvidia/cu13/include ${FANLIGHT_LIBTORCH}/nvidia/nccl/include)
  target_link_libraries(${name} PRIVATE fanlight_options fanlight::torch
    ${FANLIGHT_LIBTORCH}/torch/lib/libtorch_cuda.so ${FANLIGHT_LIBTORCH}/torch/lib/libc10_cuda.so)
endfunction()
fanlight_cuda_library(fanlight-nccl core/parallel/nccl/nccl.cpp)  # communication between GPUs
fanlight_cuda_library(fanlight-cuda core/weights/cuda/cuda_graph.cpp)
