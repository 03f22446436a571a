#include "core/checkpoints/mapped_file.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/file_identity.h"

namespace fanlight {

namespace {

struct stat status_of(const UniqueFd& fd, const std::filesystem::path& file) {
    struct stat status {};
    if (::fstat(fd.get(), &status) != 0) throw Error("Cannot read %1: %2", file, errno_text());
    return status;
}

}  // namespace

MappedFile::MappedFile(const std::filesystem::path& file) : path_(file), fd_(open_file(file)) {
    const struct stat status = status_of(fd_, file);
    size_ = static_cast<size_t>(status.st_size);
    identity_ = identity_of(status);
    if (size_ == 0) return;
    void* const data = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, fd_.get(), 0);
    if (data == MAP_FAILED) throw Error("Cannot map %1 into memory: %2", file, errno_text());
    data_ = data;
}

MappedFile::~MappedFile() {
    if (data_) ::munmap(data_, size_);
}

void MappedFile::check_size() const {
    if (static_cast<size_t>(status_of(fd_, path_).st_size) < size_)
        throw Error("%1 was truncated while it was in use; download it again and restart the run.", path_);
}

void MappedFile::release(std::string_view part) const {
    const auto page = static_cast<uintptr_t>(::sysconf(_SC_PAGESIZE));
    const auto begin = (reinterpret_cast<uintptr_t>(part.data()) + page - 1) / page * page;
    const auto end = reinterpret_cast<uintptr_t>(part.data() + part.size()) / page * page;
    if (begin < end) ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
}

}  // namespace fanlight
