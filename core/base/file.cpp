#include "core/base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <utility>

#include "core/base/error.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void fail(const fs::path& file, const Sentence& verb) {
    const std::string reason = errno_text();
    throw Error("Cannot %1 %2: %3", verb, file, reason);
}

[[noreturn]] void fail_too_large(const fs::path& file, std::uintmax_t max_bytes) {
    throw Error("Cannot read %1: it is larger than %2 bytes", file, max_bytes);
}

/// What a path names if it is no regular file.
Sentence kind_of(mode_t mode) {
    switch (mode & S_IFMT) {
        case S_IFDIR:
            return "a folder";
        case S_IFIFO:
            return "a named pipe";
        case S_IFSOCK:
            return "a socket";
        default:
            return "a device";
    }
}

void check_is_file(const struct stat& status, const fs::path& file) {
    if (!S_ISREG(status.st_mode))
        throw Error("Cannot read %1: it is %2, not a file; put a file in its place", file, kind_of(status.st_mode));
}

struct stat status_of(const UniqueFd& fd, const fs::path& file) {
    struct stat status {};
    if (::fstat(fd.get(), &status) != 0) fail(file, "read");
    return status;
}

void write_all(const UniqueFd& fd, std::string_view bytes, const fs::path& file) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd.get(), bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail(file, "write");
        bytes.remove_prefix(static_cast<size_t>(written));
    }
}

}  // namespace

/// A new file that is deleted unless it is renamed.
class PartialFile {
public:
    PartialFile(const fs::path& folder, const std::string& name) : meant_(folder / name) {
        static std::atomic<unsigned> count{0};
        path_ = folder / ("." + name.substr(0, 200) + "." + std::to_string(::getpid()) + "-" + std::to_string(count++) +
                          ".part");
        fd_ = UniqueFd(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
        if (!fd_) fail(meant_, "create");
    }
    ~PartialFile() {
        if (!renamed_) ::unlink(path_.c_str());
    }
    PartialFile(const PartialFile&) = delete;
    PartialFile& operator=(const PartialFile&) = delete;

    void write(std::string_view bytes) { write_all(fd_, bytes, meant_); }

    /// Makes sure that all of it is on disk.
    void finish() {
        if (::fsync(fd_.get()) != 0) fail(meant_, "write");  // after a failed fsync the pages are lost: never retried
        if (fd_.close() != 0) fail(meant_, "write");
    }

    /// False if `target` exists and `overwrite` is false.
    bool rename_to(const fs::path& target, bool overwrite) {
        if (!overwrite && !take_free_name(target)) return false;
        if (overwrite) {
            if (::rename(path_.c_str(), target.c_str()) != 0) fail(target, "replace");
            renamed_ = true;
        }
        const fs::path parent = target.has_parent_path() ? target.parent_path() : ".";
        const UniqueFd folder(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (!folder || ::fsync(folder.get()) != 0) fail(parent, "write");
        return true;
    }

private:
    /// False if there is a file of this name. Some file systems cannot rename without replacing (NFS), and some cannot
    /// link either (exFAT, remote ones): there another program could take the name between the look and the rename.
    bool take_free_name(const fs::path& target) {
        if (::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, target.c_str(), RENAME_NOREPLACE) == 0) {
            renamed_ = true;
            return true;
        }
        if (errno == EEXIST) return false;
        if (errno != EINVAL && errno != ENOSYS) fail(target, "create");
        if (::link(path_.c_str(), target.c_str()) == 0) return true;
        if (errno == EEXIST) return false;
        struct stat ignored {};
        if (::lstat(target.c_str(), &ignored) == 0) return false;
        if (::rename(path_.c_str(), target.c_str()) != 0) fail(target, "create");
        renamed_ = true;
        return true;
    }

    const fs::path meant_;  ///< what it is to be; sentences speak of that
    fs::path path_;
    UniqueFd fd_;
    bool renamed_ = false;
};

bool is_locked(const fs::path& file) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) return false;
    const std::string inode = ":" + std::to_string(status.st_ino) + " ";
    std::ifstream locks("/proc/locks");
    for (std::string line; std::getline(locks, line);)
        if (line.find("FLOCK") != std::string::npos && line.find(inode) != std::string::npos) return true;
    return false;
}

void append_standard_error_to(const fs::path& file) {
    const UniqueFd fd(::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0644));
    struct stat status {};
    if (fd && ::fstat(fd.get(), &status) == 0 && S_ISREG(status.st_mode)) ::dup2(fd.get(), STDERR_FILENO);
}

std::string errno_text() { return std::strerror(errno); }

bool is_file(const fs::path& file) {
    std::error_code ignored;
    return fs::is_regular_file(file, ignored);
}

void check_is_file(const fs::path& file) {
    struct stat status {};
    if (::stat(file.c_str(), &status) == 0) check_is_file(status, file);
}

UniqueFd open_file(const fs::path& file) {
    UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));  // a pipe without a writer would block
    if (!fd) fail(file, "read");
    check_is_file(status_of(fd, file), file);
    return fd;
}

std::string read_file(const fs::path& file, std::uintmax_t max_bytes) {
    const UniqueFd fd = open_file(file);
    const auto size = static_cast<std::uintmax_t>(status_of(fd, file).st_size);
    if (size > max_bytes) fail_too_large(file, max_bytes);
    std::string bytes;
    bytes.reserve(static_cast<size_t>(size));
    char buffer[1 << 16];
    for (;;) {
        const ssize_t count = ::read(fd.get(), buffer, sizeof buffer);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) fail(file, "read");
        if (count == 0) return bytes;
        bytes.append(buffer, static_cast<size_t>(count));
        if (bytes.size() > max_bytes) fail_too_large(file, max_bytes);
    }
}

Commit commit_file(const fs::path& folder, const std::string& name, std::string_view bytes) {
    PartialFile partial(folder, name);
    partial.write(bytes);
    partial.finish();
    return partial.rename_to(folder / name, false) ? Commit::Written : Commit::Exists;
}

void replace_file(const fs::path& file, std::string_view bytes) {
    FileReplacement replacement(file);
    replacement.write(bytes);
    replacement.commit();
}

FileReplacement::FileReplacement(fs::path file)
    : file_(std::move(file)),
      partial_(std::make_unique<PartialFile>(file_.parent_path().empty() ? "." : file_.parent_path(),
                                             file_.filename().string())) {}

FileReplacement::~FileReplacement() = default;

void FileReplacement::write(std::string_view bytes) {
    constexpr size_t enough = 1 << 16;
    if (buffer_.size() + bytes.size() < enough) {
        buffer_ += bytes;
        return;
    }
    partial_->write(std::exchange(buffer_, {}));
    partial_->write(bytes);
}

void FileReplacement::commit() {
    partial_->write(buffer_);
    partial_->finish();
    partial_->rename_to(file_, true);
}

void remove_partial_files(const fs::path& folder) {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder, ignored)) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with('.') && name.ends_with(".part")) fs::remove(entry.path(), ignored);
    }
}

}  // namespace fanlight
