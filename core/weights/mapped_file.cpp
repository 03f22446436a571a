#include "core/weights/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/unique_fd.h"

namespace fanlight {

MappedFile::MappedFile(const std::filesystem::path& file) {
    const auto fail = [&] { throw Error("Cannot read " + file.string() + ": " + errno_text()); };
    const UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) fail();
    struct stat status {};
    if (::fstat(fd.get(), &status) != 0) fail();
    if (!S_ISREG(status.st_mode)) throw Error("Cannot read " + file.string() + ": it is no regular file");
    size_ = static_cast<size_t>(status.st_size);
    if (size_ == 0) return;
    data_ = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, fd.get(), 0);
    if (data_ == MAP_FAILED) {
        data_ = nullptr;
        fail();
    }
}

MappedFile::~MappedFile() {
    if (data_) ::munmap(data_, size_);
}

}  // namespace fanlight
