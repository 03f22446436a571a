#include "core/checkpoints/embedding_file.h"

#include <algorithm>
#include <cstring>

#include "core/base/error.h"
#include "core/checkpoints/tensor_source.h"

namespace fanlight {

namespace {

constexpr int64_t max_embedding_width = 65'536;

/// A type of numbers that embeddings may have, and the bits that are all set where a number is not finite.
struct EmbeddingDtype {
    Dtype dtype;
    size_t bytes;
    uint32_t exponent;
};
constexpr EmbeddingDtype embedding_dtypes[] = {
    {Dtype::F16, 2, 0x7c00}, {Dtype::BF16, 2, 0x7f80}, {Dtype::F32, 4, 0x7f80'0000}};

[[noreturn]] void refuse_embedding(const TensorSource& source, const Sentence& what) {
    throw Error("%1 %2; choose a textual inversion embedding.", source.file()->path(), what);
}

void check_numbers(const TensorSource& source, const std::string& key, const TensorEntry& tensor) {
    const auto type = std::find_if(std::begin(embedding_dtypes), std::end(embedding_dtypes),
                                   [&](const EmbeddingDtype& each) { return each.dtype == tensor.dtype; });
    if (type == std::end(embedding_dtypes))
        refuse_embedding(source, Sentence("has a tensor \"%1\" of the type %2, and an embedding has F16, BF16 or F32",
                                          key.substr(0, 200), std::string(name_of(tensor.dtype))));
    for (size_t at = 0; at < tensor.bytes.size(); at += type->bytes) {
        uint32_t bits = 0;
        std::memcpy(&bits, tensor.bytes.data() + at, type->bytes);
        if ((bits & type->exponent) == type->exponent)
            refuse_embedding(source,
                             Sentence("has a tensor \"%1\" with a number that is not finite", key.substr(0, 200)));
    }
}

/// The tensor as [vectors, width].
TensorEntry checked_part(const TensorSource& source, const std::string& key, TensorEntry tensor) {
    if (tensor.shape.size() == 1) tensor.shape.insert(tensor.shape.begin(), 1);
    const bool fits = tensor.shape.size() == 2 && !tensor.transposed && tensor.shape[0] >= 1 &&
                      tensor.shape[0] <= max_embedding_vectors && tensor.shape[1] >= 1 &&
                      tensor.shape[1] <= max_embedding_width;
    if (!fits)
        refuse_embedding(source, Sentence("has a tensor \"%1\" that is not one to %2 vectors", key.substr(0, 200),
                                          max_embedding_vectors));
    check_numbers(source, key, tensor);
    return tensor;
}

}  // namespace

EmbeddingFile::EmbeddingFile(const std::filesystem::path& path) {
    const TensorSource source(path);
    file_ = source.file();
    const TensorEntries& tensors = source.tensors();
    const bool is_pair = tensors.size() == 2 && tensors.contains("clip_l") && tensors.contains("clip_g");
    if (tensors.size() != 1 && !is_pair)
        refuse_embedding(source, Sentence("holds neither one tensor nor the two \"clip_l\" and \"clip_g\""));
    for (const auto& [key, tensor] : tensors) {
        const TensorEntry part = checked_part(source, key, tensor);
        if (vectors_ != 0 && part.shape[0] != vectors_)
            refuse_embedding(
                source, Sentence("has %1 vectors for one text encoder and %2 for the other", vectors_, part.shape[0]));
        vectors_ = part.shape[0];
        parts_.emplace(is_pair ? key : "", part);
    }
}

}  // namespace fanlight
