#include "core/checkpoints/safetensors.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <set>
#include <utility>

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/checkpoints/tensor_header.h"

namespace fanlight {

namespace {

constexpr size_t length_bytes = 8;
constexpr uint64_t max_header_bytes = 100'000'000;
constexpr std::string_view metadata_name = "__metadata__";

/// The header's fields for one tensor.
struct Description {
    bool has_dtype = false, has_shape = false, has_offsets = false;
    Dtype dtype{};
    std::vector<int64_t> shape;
    std::vector<uint64_t> offsets;  ///< begin and end, from the start of the data
};

/// Receives the header's JSON from nlohmann-json while it is parsed, so that unknown fields are never stored.
class HeaderReader : public nlohmann::json_sax<Json> {
public:
    /// Only one metadata entry is kept.
    explicit HeaderReader(const std::string& path, std::string metadata_key = "")
        : path_(path), wanted_key_(std::move(metadata_key)) {}

    std::map<std::string, Description> take() { return std::move(tensors_); }
    std::string take_metadata() { return std::move(metadata_); }

    bool start_object(size_t) override {
        if (place_ == Place::File) return go_to(Place::Entries);
        if (place_ != Place::Entries) refuse_value();
        if (name_ == metadata_name) {
            has_metadata_ = true;
            return go_to(Place::Metadata);
        }
        current_ = {};
        return go_to(Place::Tensor);
    }

    bool key(std::string& key) override {
        if (place_ == Place::Entries) {
            check_tensor_name(key, [this](const Sentence& reason) { refuse(reason); });
            if (tensors_.contains(key) || (key == metadata_name && has_metadata_))
                refuse(Sentence("names %1 twice", quoted(key)));
            if (tensors_.size() == max_header_entries)
                refuse(Sentence("holds more than %1 tensors", max_header_entries));
            name_ = std::move(key);
        } else if (place_ == Place::Tensor) {
            open_field(key);
        } else {
            if (!metadata_keys_.insert(key).second) refuse(Sentence("has the metadata %1 twice", quoted(key)));
            if (metadata_keys_.size() > max_header_entries)
                refuse(Sentence("holds more than %1 lines of metadata", max_header_entries));
            name_ = std::move(key);
        }
        return true;
    }

    bool end_object() override {
        if (place_ == Place::Tensor) {
            if (!current_.has_dtype || !current_.has_shape || !current_.has_offsets || current_.offsets.size() != 2)
                refuse(Sentence("must give a dtype, a shape and two data_offsets for tensor %1", quoted(name_)));
            tensors_.emplace(name_, std::move(current_));
        }
        return go_to(place_ == Place::Entries ? Place::File : Place::Entries);
    }

    bool start_array(size_t) override {
        if (place_ != Place::Tensor || field_ == Field::Dtype) refuse_value();
        return go_to(field_ == Field::Shape ? Place::Shape : Place::Offsets);
    }

    bool end_array() override { return go_to(Place::Tensor); }

    bool number_unsigned(uint64_t number) override {
        if (place_ == Place::Shape) {
            if (number > std::numeric_limits<int64_t>::max()) refuse_value();
            if (current_.shape.size() == max_tensor_dimensions)
                refuse(Sentence("gives tensor %1 more than %2 dimensions", quoted(name_), max_tensor_dimensions));
            current_.shape.push_back(static_cast<int64_t>(number));
        } else {
            if (place_ != Place::Offsets || current_.offsets.size() == 2) refuse_value();
            current_.offsets.push_back(number);
        }
        return true;
    }

    bool string(std::string& text) override {
        if (place_ == Place::Metadata) {
            if (name_ == wanted_key_) metadata_ = std::move(text);
            return true;
        }
        if (place_ != Place::Tensor || field_ != Field::Dtype) refuse_value();
        const std::optional<Dtype> dtype = dtype_named(text);
        if (!dtype || is_quantised(*dtype))
            refuse(Sentence("gives tensor %1 the unknown dtype %2", quoted(name_), quoted(text)));
        current_.dtype = *dtype;
        return true;
    }

    bool null() override {  // early writers wrote missing metadata as null
        if (place_ != Place::Entries || name_ != metadata_name) refuse_value();
        return has_metadata_ = true;
    }
    bool boolean(bool) override { refuse_value(); }
    bool number_integer(int64_t) override { refuse_value(); }  // negative
    bool number_float(double, const std::string&) override { refuse_value(); }
    bool binary(Json::binary_t&) override { refuse_value(); }  // never called for text
    bool parse_error(size_t byte, const std::string&, const Json::exception&) override {
        refuse(Sentence("is not valid JSON at byte %1", byte));
    }

private:
    enum class Place { File, Entries, Metadata, Tensor, Shape, Offsets };
    enum class Field { Dtype, Shape, Offsets };

    [[noreturn]] void refuse(const Sentence& reason) const {
        throw Error("The header of %1 %2; download the file again.", path_, reason);
    }

    [[noreturn]] void refuse_value() const {
        if (place_ == Place::File) refuse("is not a JSON object");
        if (place_ == Place::Metadata) refuse("has metadata that is no text");
        refuse(Sentence("describes tensor %1 wrongly", quoted(name_)));
    }

    static std::string quoted(const std::string& text) { return std::string("\"").append(text, 0, 200) + "\""; }

    bool go_to(Place place) {
        place_ = place;
        return true;
    }

    void open_field(const std::string& key) {
        struct Row {
            std::string_view key;
            Field field;
            bool Description::*seen;
        };
        static constexpr std::array<Row, 3> fields = {{{"dtype", Field::Dtype, &Description::has_dtype},
                                                       {"shape", Field::Shape, &Description::has_shape},
                                                       {"data_offsets", Field::Offsets, &Description::has_offsets}}};
        const auto* const row = std::find_if(fields.begin(), fields.end(), [&](const Row& r) { return r.key == key; });
        if (row == fields.end()) refuse(Sentence("gives tensor %1 the unknown field %2", quoted(name_), quoted(key)));
        if (std::exchange(current_.*(row->seen), true))
            refuse(Sentence("gives %1 of tensor %2 twice", key, quoted(name_)));
        field_ = row->field;
    }

    const std::string& path_;
    const std::string wanted_key_;
    std::string metadata_;
    Place place_ = Place::File;
    Field field_ = Field::Dtype;
    std::string name_;
    Description current_;
    std::map<std::string, Description> tensors_;
    bool has_metadata_ = false;
    std::set<std::string> metadata_keys_;
};

/// What is found under the name of a .safetensors file, by its first bytes.
struct OtherFormat {
    std::string_view beginning;
    SentencePattern<std::string> refusal;
};
constexpr SentencePattern<std::string> holds_pickle =
                                           "%1 is a pickle, and loading one runs the code that is in it; convert it to "
                                           ".safetensors first.",
                                       holds_page = "%1 is a web page in place of a file; download it again.";
constexpr OtherFormat other_formats[] = {
    {"\x80\x02", holds_pickle},
    {"\x80\x03", holds_pickle},
    {"\x80\x04", holds_pickle},
    {"\x80\x05", holds_pickle},
    {"PK\3\4",
     "%1 is an archive in which PyTorch saves pickles and TorchScript, and loading these runs the code that is in "
     "them; "
     "convert it to .safetensors first."},
    {"version https://git-lfs", "%1 only says which file Git LFS would put in its place; download it again."},
    {"<!", holds_page},
    {"<html", holds_page},
};

/// A header's length may begin like any of them, so this is for lengths that none has.
[[noreturn]] void refuse_length(std::string_view file, const std::string& path, uint64_t length) {
    for (const auto& [beginning, refusal] : other_formats)
        if (file.starts_with(beginning)) throw Error(refusal, path);
    throw Error("%1 is not a .safetensors file: its header would have %2 bytes; choose another file.", path, length);
}

/// The JSON between the length and the data.
std::string_view header_of(std::string_view file, const std::string& path) {
    if (file.size() < length_bytes)
        throw Error("%1 is truncated: it has only %2 bytes; download it again.", path, file.size());
    uint64_t length = 0;
    for (size_t i = length_bytes; i-- > 0;) length = length << 8 | static_cast<unsigned char>(file[i]);
    if (length > max_header_bytes) refuse_length(file, path, length);
    if (length > file.size() - length_bytes)
        throw Error("%1 is truncated: its header has %2 bytes and the file has %3; download it again.", path, length,
                    file.size());
    const std::string_view header = file.substr(length_bytes, length);
    if (first_invalid_utf8(header) != std::string_view::npos)
        throw Error("The header of %1 is not UTF-8; download the file again.", path);
    // nlohmann-json would skip a byte order mark and treat a NUL as the end of the text.
    if (!trimmed(header).starts_with('{') || header.find('\0') != std::string_view::npos)
        throw Error("The header of %1 is not a JSON object; download the file again.", path);
    return header;
}

using Described = std::pair<const std::string, Description>;

[[noreturn]] void refuse(const std::string& path, const Described& tensor, const Sentence& reason) {
    throw Error("%1: tensor \"%2\" %3; download the file again.", path, tensor.first.substr(0, 200), reason);
}

/// Returns the end of the data, having checked that the spans are contiguous from 0 on and that each has the size of
/// its shape.
uint64_t check_spans(const std::string& path, const std::map<std::string, Description>& described) {
    std::vector<const Described*> by_offset;
    for (const Described& tensor : described) by_offset.push_back(&tensor);
    std::sort(by_offset.begin(), by_offset.end(),
              [](const Described* a, const Described* b) { return a->second.offsets < b->second.offsets; });
    uint64_t covered = 0;
    for (const Described* tensor : by_offset) {
        const uint64_t begin = tensor->second.offsets[0], end = tensor->second.offsets[1];
        if (begin != covered || end < begin) refuse(path, *tensor, "overlaps another one or leaves a gap");
        const uint64_t needed = byte_size(tensor->second.dtype, tensor->second.shape,
                                          [&](const Sentence& reason) { refuse(path, *tensor, reason); });
        if (end - begin != needed) refuse(path, *tensor, Sentence("needs %1 bytes and has %2", needed, end - begin));
        covered = end;
    }
    return covered;
}

}  // namespace

TensorEntries read_safetensors(std::string_view file, const std::string& path) {
    const std::string_view header = header_of(file, path);
    HeaderReader reader(path);
    Json::sax_parse(header.begin(), header.end(), &reader);
    std::map<std::string, Description> described = reader.take();

    const size_t data_begin = length_bytes + header.size();
    const std::string_view data = file.substr(data_begin);
    const uint64_t covered = check_spans(path, described);
    if (covered > data.size())
        throw Error("%1 is truncated: its header promises %2 bytes and the file has %3; download it again.", path,
                    data_begin + covered, file.size());
    if (covered < data.size())
        throw Error(
            "%1 has bytes after its last tensor: its header promises %2 bytes and the file has %3; download it "
            "again.",
            path, data_begin + covered, file.size());

    TensorEntries entries;
    for (auto& [name, tensor] : described) {
        const uint64_t begin = tensor.offsets[0];
        entries.emplace_hint(entries.end(), name,
                             TensorEntry{.dtype = tensor.dtype,
                                         .shape = std::move(tensor.shape),
                                         .bytes = data.substr(begin, tensor.offsets[1] - begin)});
    }
    return entries;
}

std::string safetensors_metadata(std::string_view file, const std::string& path, const std::string& key) {
    const std::string_view header = header_of(file, path);
    HeaderReader reader(path, key);
    Json::sax_parse(header.begin(), header.end(), &reader);
    return reader.take_metadata();
}

}  // namespace fanlight
