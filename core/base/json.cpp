#include "core/base/json.h"

#include <algorithm>
#include <fstream>
#include <vector>

#include "core/base/file.h"

namespace fanlight {

namespace {

constexpr int default_max_depth = 64;

Place place(std::string_view text, size_t byte, const Place& where) {
    const std::string_view before = text.substr(0, std::min(byte == 0 ? 0 : byte - 1, text.size()));
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const auto line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
    return where.line(line).column(static_cast<int64_t>(before.size() - line_start) + 1);
}

Error not_json(const Json::parse_error& error, std::string_view text, const Place& where) {
    const std::string what = error.what();  // "[json.exception…] parse error at line L, column C: REASON"
    const auto reason = what.find(": ");
    if (reason == std::string::npos) return Error("%1: is not valid JSON", place(text, error.byte, where));
    return Error("%1: is not valid JSON: %2", place(text, error.byte, where), excerpt(what.substr(reason + 2), 200));
}

/// Such a number is valid JSON; the parser does not say where it stands.
Error too_large_number(const Place& where) {
    return Error("%1: holds a number that is too large, such as 1e999", where);
}

/// Builds a value of untrusted text, and rejects what could no longer be seen in it: duplicate keys and deep nesting.
/// (The library's own builder with a callback goes through all of a list behind each object in it.)
class Builder : public nlohmann::json_sax<Json> {
public:
    using Take = std::function<void(const Json& element)>;

    Builder(Json& root, const Place& where, int max_depth)
        : root_(root), where_(where), max_depth_(static_cast<size_t>(max_depth)) {}

    /// Keeps the elements of one top-level list out of the finished value.
    void take_elements(std::string key, Take take) { taken_key_ = std::move(key), take_ = std::move(take); }

    bool null() override { return add(nullptr); }
    bool boolean(bool value) override { return add(value); }
    bool number_integer(number_integer_t value) override { return add(value); }
    bool number_unsigned(number_unsigned_t value) override { return add(value); }
    bool number_float(number_float_t value, const string_t&) override { return add(value); }
    bool string(string_t& value) override { return add(std::move(value)); }
    bool binary(binary_t&) override { return false; }  // never called for JSON text

    bool start_object(std::size_t) override { return open(Json::object()); }
    bool start_array(std::size_t) override {
        in_taken_ = in_taken_ || (take_ && open_.size() == 1 && key_ == taken_key_ && open_.back()->is_object());
        return open(Json::array());
    }
    bool key(string_t& name) override {
        const auto [member, is_new] = open_.back()->get_ref<Json::object_t&>().emplace(name, nullptr);
        if (!is_new) throw Error("%1: the key %2 is given twice", where_, excerpt(to_line(name)));
        member_ = &member->second;
        if (open_.size() == 1) key_ = name;
        return true;
    }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }

    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& error) override {
        if (const auto* overflow = dynamic_cast<const Json::out_of_range*>(&error)) throw *overflow;
        throw dynamic_cast<const Json::parse_error&>(error);
    }

private:
    Json& put(Json value) {
        if (open_.empty()) return root_ = std::move(value);
        if (open_.back()->is_array()) return open_.back()->emplace_back(std::move(value));
        return *member_ = std::move(value);
    }

    template <typename Value>
    bool add(Value&& value) {
        put(Json(std::forward<Value>(value)));
        return finish();
    }

    bool open(Json container) {
        if (open_.size() >= max_depth_) throw Error("%1: is nested more than %2 levels deep", where_, max_depth_);
        open_.push_back(&put(std::move(container)));
        return true;
    }

    bool close() {
        open_.pop_back();
        if (open_.size() == 1) in_taken_ = false;
        return finish();
    }

    /// A value is complete.
    bool finish() {
        if (!in_taken_ || open_.size() != 2) return true;
        auto& list = open_.back()->get_ref<Json::array_t&>();
        take_(list.back());
        list.pop_back();
        return true;
    }

    Json& root_;
    const Place& where_;
    const size_t max_depth_;
    std::vector<Json*> open_;  ///< the containers that are being read
    Json* member_ = nullptr;   ///< of the innermost one, an object: what its last key names
    std::string key_;          ///< the last one of the outermost object
    std::string taken_key_;
    Take take_;
    bool in_taken_ = false;
};

/// Replaces Python's words for infinity by null, except inside strings.
std::string without_infinity(std::string json) {
    bool in_text = false;
    for (size_t i = 0; i < json.size(); ++i) {
        if (json[i] == '"') in_text = !in_text;
        if (in_text) {
            i += json[i] == '\\';
            continue;
        }
        for (const std::string_view word : {"-Infinity", "Infinity"})
            if (json.compare(i, word.size(), word) == 0)
                json.replace(i, word.size(),
                             "null" + std::string(word.size() - 4, ' '));  // what follows stays in place
    }
    return json;
}

Error at(const Place& where, const Sentence& fault) {
    return where.empty() ? Error(fault) : Error("%1: %2", where, fault);
}

}  // namespace

Json parse_json(std::string_view text, const Place& where, int max_depth) {
    if (const size_t nul = text.find('\0'); nul != std::string_view::npos)  // which the parser takes for the end
        throw Error("%1: holds a NUL byte, which no JSON does", place(text, nul + 1, where));
    try {
        Json value;
        Builder builder(value, where, max_depth);
        Json::sax_parse(text.begin(), text.end(), &builder);
        return value;
    } catch (const Json::parse_error& error) {
        throw not_json(error, text, where);
    } catch (const Json::out_of_range&) {
        throw too_large_number(where);
    }
}

Json read_json_file(const std::filesystem::path& file, std::uintmax_t max_bytes) {
    return parse_json(read_file(file, max_bytes), file.string());
}

Json read_python_json_file(const std::filesystem::path& file, std::uintmax_t max_bytes) {
    return parse_json(without_infinity(read_file(file, max_bytes)), file.string());
}

Json stream_json_file(const std::filesystem::path& file, std::uintmax_t max_bytes, const std::string& key,
                      const std::function<void(const Json& element)>& take) {
    const Place where = file.string();
    check_is_file(file);
    std::error_code error;
    const std::uintmax_t bytes = std::filesystem::file_size(file, error);
    if (error) throw Error("Cannot read %1: %2", where, error.message());
    if (bytes > max_bytes) throw Error("Cannot read %1: it is larger than %2 bytes", where, max_bytes);
    std::ifstream stream(file, std::ios::binary);
    if (!stream) throw Error("Cannot read %1: %2", where, errno_text());
    try {
        Json rest;
        Builder builder(rest, where, default_max_depth);
        builder.take_elements(key, take);
        Json::sax_parse(stream, &builder);
        if (!stream.eof()) throw Error("%1: holds a NUL byte, which no JSON does", where);  // taken for the end
        return rest;
    } catch (const Json::parse_error& error) {
        throw not_json(error, read_file(file, max_bytes), where);
    } catch (const Json::out_of_range&) {
        throw too_large_number(where);
    }
}

void detail::throw_missing(const char* key, const Place& where) {
    throw at(where, Sentence("%1 is missing", in_quotes(key)));
}

void detail::throw_wrong_type(const char* key, const Json& value, const Place& where, const Sentence& expected) {
    const bool is_near = value.is_number() || value.is_array();
    if (is_near && !expected.empty())
        throw at(where, Sentence("%1 must be %2, not %3", in_quotes(key), expected, excerpt(to_line(value))));
    throw at(where, Sentence("%1 has the wrong type (%2)", in_quotes(key), value.type_name()));
}

void detail::throw_wrong_part(const char* key, const Error& error, const Place& where) {
    const Sentence place = where.empty() ? Sentence(excerpt(key)) : Sentence("%1, %2", where, excerpt(key));
    throw Error(Sentence("%1: %2", place, error.sentence()), error.code());
}

}  // namespace fanlight
