// The only file that includes Gloo's headers. They are Debian's, older than the Gloo inside LibTorch, so nothing here
// may create an object of a class with virtual functions: c10d's own functions do that.
#define USE_C10D_GLOO
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>

#include "core/parallel/backends.h"

namespace fanlight {

c10::intrusive_ptr<c10d::Backend> make_gloo(const BackendOptions& options, const std::string& address) {
    auto gloo = c10d::ProcessGroupGloo::Options::create(options.timeout);
    gloo->devices.push_back(c10d::ProcessGroupGloo::createDeviceForHostname(address));
    return c10::make_intrusive<c10d::ProcessGroupGloo>(options.store, options.rank, options.size, gloo);
}

}  // namespace fanlight
