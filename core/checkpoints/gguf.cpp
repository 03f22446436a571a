#include "core/checkpoints/gguf.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <utility>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/checkpoints/tensor_header.h"
#include "core/checkpoints/tensor_number.h"

namespace fanlight {

namespace {

constexpr size_t max_key_bytes = 65'535;  // the format's own limit
constexpr uint32_t default_alignment = 32, max_alignment = 1 << 16;
constexpr std::string_view alignment_key = "general.alignment", original_shape_key = "comfy.gguf.orig_shape.";

/// The types of values, by their numbers in the file.
constexpr uint32_t text_type = 8, list_type = 9;
constexpr std::optional<Dtype> no_number;  // text, and lists
constexpr std::array value_types = std::to_array<std::optional<Dtype>>(
    {Dtype::U8, Dtype::I8, Dtype::U16, Dtype::I16, Dtype::U32, Dtype::I32, Dtype::F32, Dtype::BOOL, no_number,
     no_number, Dtype::U64, Dtype::I64, Dtype::F64});
static_assert(!value_types[text_type] && !value_types[list_type]);

/// The types of tensors. Those that Dtype does not have are named in order to be refused.
struct TensorType {
    uint32_t number;
    std::string_view name;
};
constexpr TensorType tensor_types[] = {
    {0, "F32"},      {1, "F16"},     {2, "Q4_0"},     {3, "Q4_1"},   {6, "Q5_0"},    {7, "Q5_1"},   {8, "Q8_0"},
    {9, "Q8_1"},     {10, "Q2_K"},   {11, "Q3_K"},    {12, "Q4_K"},  {13, "Q5_K"},   {14, "Q6_K"},  {15, "Q8_K"},
    {16, "IQ2_XXS"}, {17, "IQ2_XS"}, {18, "IQ3_XXS"}, {19, "IQ1_S"}, {20, "IQ4_NL"}, {21, "IQ3_S"}, {22, "IQ2_S"},
    {23, "IQ4_XS"},  {24, "I8"},     {25, "I16"},     {26, "I32"},   {27, "I64"},    {28, "F64"},   {29, "IQ1_M"},
    {30, "BF16"},    {34, "TQ1_0"},  {35, "TQ2_0"},   {39, "MXFP4"}, {40, "NVFP4"},  {41, "Q1_0"}};

uint64_t aligned(uint64_t offset, uint64_t alignment) { return (offset + alignment - 1) & ~(alignment - 1); }

/// What the header says of a tensor.
struct GgufTensor {
    Dtype dtype{};
    std::vector<int64_t> shape;
    uint64_t offset = 0, bytes = 0;  ///< from the start of the data
};
using NamedGgufTensor = std::pair<const std::string, GgufTensor>;

/// Takes numbers and texts from bytes, one after another.
class Cursor {
public:
    /// `path` is for messages.
    explicit Cursor(std::string_view bytes, std::string path = "") : bytes_(bytes), path_(std::move(path)) {}

    std::string_view take(uint64_t count) {
        const uint64_t left = bytes_.size() - position_;
        if (count > left)
            throw Error(
                "%1 is truncated: its header needs %2 more bytes at byte %3, and there are %4; download it again.",
                path_, count, position_, left);
        return bytes_.substr(std::exchange(position_, position_ + count), count);
    }

    template <typename T>
    T number() {
        T value;
        std::memcpy(&value, take(sizeof value).data(), sizeof value);
        return value;
    }

    std::string_view text() { return take(number<uint64_t>()); }

    /// `count` times as many bytes.
    std::string_view take(uint64_t count, uint64_t each) {
        uint64_t needed = 0;
        if (__builtin_mul_overflow(count, each, &needed)) needed = std::numeric_limits<uint64_t>::max();
        return take(needed);
    }

    std::string_view taken_since(size_t begin) const { return bytes_.substr(begin, position_ - begin); }
    size_t position() const { return position_; }

private:
    std::string_view bytes_;
    std::string path_;
    size_t position_ = 0;
};

class GgufReader {
public:
    GgufReader(std::string_view file, const std::string& path) : file_(file), path_(path), cursor_(file, path) {
        cursor_.take(4);  // by which it was recognised
        check_version(cursor_.number<uint32_t>());
        tensors_ = checked_count("holds more than %1 tensors");
        read_metadata(checked_count("holds more than %1 lines of metadata"));
    }

    GgufMetadata take_metadata() { return std::move(metadata_); }

    TensorEntries entries() {
        check_is_whole();
        std::map<std::string, GgufTensor> described;
        for (uint64_t i = 0; i < tensors_; ++i) read_tensor(described);
        const uint64_t alignment = this->alignment(), begin = aligned(cursor_.position(), alignment);
        const std::string_view data = file_.substr(std::min<uint64_t>(begin, file_.size()));
        check_end(begin, check_spans(described, alignment), alignment);
        TensorEntries entries;
        for (auto& [name, tensor] : described)
            entries.emplace_hint(entries.end(), name,
                                 TensorEntry{.dtype = tensor.dtype,
                                             .shape = std::move(tensor.shape),
                                             .bytes = data.substr(tensor.offset, tensor.bytes)});
        return entries;
    }

private:
    [[noreturn]] void refuse(const Sentence& reason) const {
        throw Error("The header of %1 %2; download the file again.", path_, reason);
    }
    [[noreturn]] void refuse(const std::string& tensor, const Sentence& reason) const {
        throw Error("%1: tensor \"%2\" %3; download the file again.", path_, excerpt(tensor, 200), reason);
    }

    void check_version(uint32_t version) const {
        if (version == 2 || version == 3) return;
        if (version != 0 && (version & 0xffff) == 0)
            throw Error("%1 is a GGUF file for big-endian machines; choose a little-endian version of it.", path_);
        throw Error("%1 is a GGUF file of version %2, and only 2 and 3 can be read; choose another version of it.",
                    path_, version);
    }

    void check_is_whole() const {
        const auto parts = metadata_.find("split.count");
        if (parts == metadata_.end() || parts->second.number().value_or(1) <= 1) return;
        throw Error("%1 is one of several parts of a model; choose a version of it in a single file.", path_);
    }

    uint64_t checked_count(SentencePattern<size_t> excess) {
        const auto count = cursor_.number<uint64_t>();
        if (count > max_header_entries) refuse(Sentence(excess, max_header_entries));
        return count;
    }

    /// Of a tensor or a key.
    std::string name(size_t max_bytes) {
        const std::string_view name = cursor_.text();
        if (name.size() > max_bytes) refuse(Sentence("has a name longer than %1 bytes", max_bytes));
        if (first_invalid_utf8(name) != std::string_view::npos) refuse("has a name that is not UTF-8");
        return std::string(name);
    }

    void read_metadata(uint64_t count) {
        for (uint64_t i = 0; i < count; ++i) {
            const std::string key = name(max_key_bytes);
            if (!metadata_.emplace(key, value(key)).second) refuse(Sentence("has the metadata %1 twice", quoted(key)));
        }
    }

    GgufValue value(const std::string& key) {
        GgufValue value;
        auto type = cursor_.number<uint32_t>();
        if (type == list_type) {
            value.is_list = true;
            type = cursor_.number<uint32_t>();
            value.count = cursor_.number<uint64_t>();
        }
        if (type >= value_types.size() || type == list_type)
            refuse(Sentence("has the metadata %1 in a form that is not known", quoted(key)));
        value.dtype = value_types[type];
        const size_t begin = cursor_.position();
        if (value.dtype)
            cursor_.take(value.count, block_of(*value.dtype).bytes);
        else
            for (uint64_t i = 0; i < value.count; ++i) cursor_.text();  // ends with the file, whatever the count
        value.bytes = cursor_.taken_since(begin);
        return value;
    }

    uint64_t alignment() const {
        const auto found = metadata_.find(alignment_key);
        if (found == metadata_.end()) return default_alignment;
        const GgufValue& value = found->second;
        const uint64_t bytes = value.dtype == Dtype::U32 && !value.is_list ? static_cast<uint64_t>(*value.number()) : 0;
        if (!std::has_single_bit(bytes) || bytes > max_alignment)
            refuse(Sentence("aligns its tensors to %1 bytes, which is no power of two up to %2", bytes, max_alignment));
        return bytes;
    }

    void read_tensor(std::map<std::string, GgufTensor>& described) {
        const std::string name = this->name(max_tensor_name_bytes);
        check_tensor_name(name, [&](const Sentence& reason) { refuse(reason); });
        GgufTensor tensor;
        tensor.shape = shape(name);
        tensor.dtype = dtype(name, cursor_.number<uint32_t>());
        tensor.offset = cursor_.number<uint64_t>();
        const auto refuse_tensor = [&](const Sentence& reason) { refuse(name, reason); };
        tensor.bytes = byte_size(tensor.dtype, tensor.shape, refuse_tensor);
        if (!tensor.shape.empty() && static_cast<uint64_t>(tensor.shape.back()) % block_of(tensor.dtype).elements != 0)
            refuse(name, "has rows that do not fill whole blocks");
        take_original_shape(name, tensor);
        if (!described.emplace(name, std::move(tensor)).second) refuse(Sentence("names %1 twice", quoted(name)));
    }

    /// Stored with the columns first.
    std::vector<int64_t> shape(const std::string& name) {
        const auto dimensions = cursor_.number<uint32_t>();
        if (dimensions > max_tensor_dimensions)
            refuse(Sentence("gives tensor %1 more than %2 dimensions", quoted(name), max_tensor_dimensions));
        std::vector<int64_t> shape(dimensions);
        for (auto size = shape.rbegin(); size != shape.rend(); ++size) {
            const auto extent = cursor_.number<uint64_t>();
            if (extent > std::numeric_limits<int64_t>::max()) refuse(name, "is larger than any memory");
            *size = static_cast<int64_t>(extent);
        }
        return shape;
    }

    Dtype dtype(const std::string& tensor, uint32_t number) const {
        const auto* const type = std::find_if(std::begin(tensor_types), std::end(tensor_types),
                                              [&](const TensorType& row) { return row.number == number; });
        const std::string name = type == std::end(tensor_types) ? std::to_string(number) : std::string(type->name);
        if (const std::optional<Dtype> known = dtype_named(name)) return *known;
        throw Error(
            "%1: tensor \"%2\" is stored as type %3, which cannot be read; choose another version of the file, "
            "such as one in Q8_0 or Q4_K.",
            path_, excerpt(tensor, 200), name);
    }

    /// Kernels are stored as matrices whose rows fill blocks.
    void take_original_shape(const std::string& name, GgufTensor& tensor) const {
        const auto found = metadata_.find(std::string(original_shape_key) + name);
        if (found == metadata_.end()) return;
        const auto refuse_shape = [&](const Sentence&) { refuse(name, "has an original shape that does not fit it"); };
        const auto sizes = found->second.count <= max_tensor_dimensions ? found->second.numbers() : std::nullopt;
        if (!sizes) refuse_shape({});
        std::vector<int64_t> original;
        for (const double size : *sizes) {
            if (!(size >= 0 && size <= 0x1p53) || size != static_cast<double>(static_cast<int64_t>(size)))
                refuse_shape({});
            original.push_back(static_cast<int64_t>(size));
        }
        if (byte_size(tensor.dtype, original, refuse_shape) != tensor.bytes) refuse_shape({});
        tensor.shape = std::move(original);
    }

    /// Returns the end of the data, having checked that the tensors follow each other without gaps.
    uint64_t check_spans(const std::map<std::string, GgufTensor>& described, uint64_t alignment) const {
        std::vector<const NamedGgufTensor*> by_offset;
        for (const NamedGgufTensor& tensor : described) by_offset.push_back(&tensor);
        std::sort(by_offset.begin(), by_offset.end(), [](const NamedGgufTensor* a, const NamedGgufTensor* b) {
            return std::pair(a->second.offset, a->second.bytes) < std::pair(b->second.offset, b->second.bytes);
        });
        uint64_t covered = 0;
        for (const NamedGgufTensor* tensor : by_offset) {
            const auto& [name, span] = *tensor;
            if (span.offset != aligned(covered, alignment)) refuse(name, "overlaps another one or leaves a gap");
            covered = span.offset + span.bytes;  // the sum of two numbers below 2^62
            if (covered >= uint64_t{1} << 61) refuse(name, "is larger than any memory");
        }
        return covered;
    }

    /// The last tensor may be followed by what would align another one.
    void check_end(uint64_t begin, uint64_t covered, uint64_t alignment) const {
        if (covered > 0 && begin + covered > file_.size())
            throw Error("%1 is truncated: its header promises %2 bytes and the file has %3; download it again.", path_,
                        begin + covered, file_.size());
        if (file_.size() > begin + aligned(covered, alignment))
            throw Error(
                "%1 has bytes after its last tensor: its header promises %2 bytes and the file has %3; download it "
                "again.",
                path_, begin + covered, file_.size());
    }

    static std::string quoted(const std::string& text) { return "\"" + excerpt(text, 200) + "\""; }

    std::string_view file_;
    const std::string& path_;
    Cursor cursor_;
    uint64_t tensors_ = 0;
    GgufMetadata metadata_;
};

}  // namespace

std::optional<std::string_view> GgufValue::text() const {
    if (dtype || is_list) return std::nullopt;
    return bytes.substr(sizeof(uint64_t));
}

std::optional<double> GgufValue::number() const {
    if (!dtype || is_list) return std::nullopt;
    return number_of({.dtype = *dtype, .shape = {}, .bytes = bytes});
}

std::optional<std::vector<std::string_view>> GgufValue::texts() const {
    if (dtype || !is_list) return std::nullopt;
    std::vector<std::string_view> texts;
    Cursor cursor(bytes);
    for (uint64_t i = 0; i < count; ++i) texts.push_back(cursor.text());
    return texts;
}

std::optional<std::vector<double>> GgufValue::numbers() const {
    if (!dtype || !is_list) return std::nullopt;
    const uint64_t each = block_of(*dtype).bytes;
    std::vector<double> numbers;
    for (uint64_t at = 0; at < bytes.size(); at += each)
        numbers.push_back(*number_of({.dtype = *dtype, .shape = {}, .bytes = bytes.substr(at, each)}));
    return numbers;
}

TensorEntries read_gguf(std::string_view file, const std::string& path) { return GgufReader(file, path).entries(); }

GgufMetadata gguf_metadata(std::string_view file, const std::string& path) {
    return GgufReader(file, path).take_metadata();
}

std::string gguf_text(std::string_view file, const std::string& path, const std::string& key) {
    const GgufMetadata metadata = gguf_metadata(file, path);
    const auto found = metadata.find(key);
    return std::string(found == metadata.end() ? "" : found->second.text().value_or(""));
}

}  // namespace fanlight
