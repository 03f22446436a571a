#include "core/base/sha256.h"

#include <openssl/evp.h>

#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>

#include "core/base/error.h"
#include "core/base/file.h"

namespace fanlight {

namespace {

class Digest {
public:
    Digest() : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
        EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr);
    }

    void update(const char* bytes, size_t count) { EVP_DigestUpdate(context_.get(), bytes, count); }

    std::string hex() {
        std::array<unsigned char, 32> digest{};
        EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr);
        constexpr char digits[] = "0123456789abcdef";
        std::string text;
        for (const unsigned char byte : digest) {
            text += digits[byte >> 4];
            text += digits[byte & 15];
        }
        return text;
    }

private:
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

}  // namespace

std::string sha256_hex(std::string_view bytes) {
    Digest digest;
    digest.update(bytes.data(), bytes.size());
    return digest.hex();
}

std::string sha256_hex_of_file(const std::filesystem::path& file) {
    const UniqueFd fd = open_file(file);
    Digest digest;
    std::string buffer(1 << 20, '\0');
    for (;;) {
        const ssize_t count = ::read(fd.get(), buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw Error("Cannot read %1 to its end: %2", file, errno_text());
        if (count == 0) break;
        digest.update(buffer.data(), static_cast<size_t>(count));
    }
    return digest.hex();
}

}  // namespace fanlight
