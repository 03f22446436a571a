#include "core/weights/safetensors.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <set>

#include "core/base/json.h"
#include "core/base/text.h"

namespace fanlight {

namespace {

constexpr uint64_t max_header_bytes = 100'000'000;
constexpr size_t max_tensors = 1'000'000;
constexpr size_t max_dimensions = 64;
constexpr size_t max_name_bytes = 4096;

struct Dtype {
    const char* name;
    uint64_t bits;
};
constexpr std::array<Dtype, 18> dtypes = {{{"BOOL", 8}, {"U8", 8}, {"I8", 8}, {"F8_E5M2", 8}, {"F8_E4M3", 8}, {"F8_E8M0", 8},
                                           {"I16", 16}, {"U16", 16}, {"F16", 16}, {"BF16", 16}, {"I32", 32}, {"U32", 32},
                                           {"F32", 32}, {"F64", 64}, {"I64", 64}, {"U64", 64}, {"F4", 4}, {"C64", 64}}};

struct Span {
    uint64_t begin, end;
    std::string name;
};

class Header {
public:
    Header(std::string_view file, const std::string& name) : file_(file), name_(name) {}

    std::map<std::string, TensorEntry> read() {
        const Json json = parse(header_text());
        for (const auto& [key, value] : json.items()) {
            if (key == "__metadata__") {
                check_metadata(value);
            } else {
                add(key, value);
            }
        }
        check_coverage();
        return std::move(tensors_);
    }

private:
    [[noreturn]] void refuse(const std::string& reason) const { throw Error(name_ + ": " + reason); }

    std::string_view header_text() {
        if (file_.size() < 8) refuse("is too short for a .safetensors file; download it again.");
        uint64_t length = 0;
        for (int i = 7; i >= 0; --i) length = length << 8 | static_cast<unsigned char>(file_[static_cast<size_t>(i)]);
        if (length > max_header_bytes) refuse("its header claims " + std::to_string(length) + " bytes; this is no .safetensors file.");
        if (length > file_.size() - 8) refuse("is truncated within its header; download it again.");
        data_ = file_.substr(8 + length);
        const std::string_view text = file_.substr(8, length);
        if (first_invalid_utf8(text) != std::string_view::npos) refuse("its header is not UTF-8.");
        if (!trimmed(text).starts_with('{')) refuse("its header is no JSON object.");
        return text;
    }

    /// Keeps a set of keys for each open object, since nlohmann-json (like the reference) lets the last of two win.
    Json parse(std::string_view text) const {
        std::vector<std::set<std::string>> open;
        const auto watch = [&](int depth, Json::parse_event_t event, Json& parsed) {
            if (depth > 4) refuse("its header is nested too deeply.");
            if (event == Json::parse_event_t::object_start) open.emplace_back();
            if (event == Json::parse_event_t::object_end) open.pop_back();
            if (event == Json::parse_event_t::key && !open.back().insert(parsed.get<std::string>()).second)
                refuse("its header names \"" + parsed.get<std::string>().substr(0, 200) + "\" twice.");
            return true;
        };
        try {
            return Json::parse(text.begin(), text.end(), watch);
        } catch (const Json::exception& error) {
            refuse("its header is not valid JSON; download it again.");
        }
    }

    void check_metadata(const Json& value) const {
        if (!value.is_object()) refuse("__metadata__ must be an object of strings.");
        for (const auto& [key, entry] : value.items())
            if (!entry.is_string()) refuse("__metadata__ holds \"" + key.substr(0, 200) + "\", which is no string.");
    }

    uint64_t unsigned_number(const Json& value, const std::string& what) const {
        if (!value.is_number_unsigned()) refuse(what + " must be a whole number of at least 0.");
        return value.get<uint64_t>();
    }

    void add(const std::string& key, const Json& value) {
        const std::string what = "tensor \"" + key.substr(0, 200) + "\"";
        if (tensors_.size() >= max_tensors) refuse("holds too many tensors.");
        if (key.size() > max_name_bytes) refuse(what + "… has too long a name.");
        if (std::any_of(key.begin(), key.end(), [](unsigned char c) { return c < 0x20; })) refuse("a tensor's name holds a control character.");
        if (!value.is_object() || value.size() != 3 || !value.contains("dtype") || !value.contains("shape") || !value.contains("data_offsets"))
            refuse(what + " must have dtype, shape and data_offsets.");
        const Json &dtype = value["dtype"], &shape = value["shape"], &offsets = value["data_offsets"];
        if (!dtype.is_string() || !shape.is_array() || !offsets.is_array() || offsets.size() != 2) refuse(what + " is described wrongly.");
        if (shape.size() > max_dimensions) refuse(what + " has too many dimensions.");
        const auto known = std::find_if(dtypes.begin(), dtypes.end(), [&](const Dtype& d) { return dtype == d.name; });
        if (known == dtypes.end()) refuse(what + " has the unknown dtype \"" + dtype.get<std::string>().substr(0, 40) + "\".");

        TensorEntry entry{dtype.get<std::string>(), {}, {}};
        uint64_t bits = known->bits;
        for (const Json& extent : shape) {
            const uint64_t size = unsigned_number(extent, what + ": a dimension");
            if (size > INT64_MAX || __builtin_mul_overflow(bits, size, &bits)) refuse(what + " is larger than any memory.");
            entry.shape.push_back(static_cast<int64_t>(size));
        }
        if (bits % 8 != 0) refuse(what + " does not fill whole bytes.");
        const uint64_t begin = unsigned_number(offsets[0], what + ": an offset"), end = unsigned_number(offsets[1], what + ": an offset");
        if (end < begin || end > data_.size())
            refuse(what + " ends at byte " + std::to_string(end) + " of the data and the file has " + std::to_string(data_.size()) + "; download it again.");
        if (end - begin != bits / 8)
            refuse(what + " needs " + std::to_string(bits / 8) + " bytes and has " + std::to_string(end - begin) + ".");
        entry.bytes = data_.substr(begin, end - begin);
        spans_.push_back({begin, end, key});
        tensors_.emplace(key, std::move(entry));
    }

    void check_coverage() {
        std::sort(spans_.begin(), spans_.end(), [](const Span& a, const Span& b) { return std::tie(a.begin, a.end) < std::tie(b.begin, b.end); });
        uint64_t covered = 0;
        for (const Span& span : spans_) {
            if (span.begin != covered) refuse("tensor \"" + span.name.substr(0, 200) + "\" overlaps another or leaves a gap before it.");
            covered = span.end;
        }
        if (covered != data_.size())
            refuse("holds " + std::to_string(data_.size()) + " bytes of data and its tensors fill " + std::to_string(covered) + "; download it again.");
    }

    std::string_view file_, data_;
    const std::string& name_;
    std::map<std::string, TensorEntry> tensors_;
    std::vector<Span> spans_;
};

}  // namespace

std::map<std::string, TensorEntry> read_safetensors(std::string_view file, const std::string& name) { return Header(file, name).read(); }

}  // namespace fanlight
