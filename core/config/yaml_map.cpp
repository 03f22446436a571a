#include "core/config/yaml_map.h"

#include <yaml-cpp/eventhandler.h>

#include <sstream>

#include "core/base/error.h"
#include "core/base/text.h"

namespace fanlight {

namespace {

/// Only lets documents pass by.
class Passer final : public YAML::EventHandler {
    using Mark = const YAML::Mark&;
    using Text = const std::string&;

    void OnDocumentStart(Mark) override {}
    void OnDocumentEnd() override {}
    void OnNull(Mark, YAML::anchor_t) override {}
    void OnAlias(Mark, YAML::anchor_t) override {}
    void OnScalar(Mark, Text, YAML::anchor_t, Text) override {}
    void OnSequenceStart(Mark, Text, YAML::anchor_t, YAML::EmitterStyle::value) override {}
    void OnSequenceEnd() override {}
    void OnMapStart(Mark, Text, YAML::anchor_t, YAML::EmitterStyle::value) override {}
    void OnMapEnd() override {}
};

/// YAML::LoadAll() finds documents for ever behind some mistakes, such as a "}" of its own.
bool is_one_document(const std::string& text) {
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    Passer passer;
    return parser.HandleNextDocument(passer) && !parser.HandleNextDocument(passer);
}

}  // namespace

void refuse_yaml(const Place& where, const YAML::Mark& mark, const Sentence& sentence) {
    throw UsageError("%1: %2", where.line(mark.line + 1).column(mark.column + 1), sentence);
}

YAML::Node yaml_map(const std::string& text, const Place& where, const std::string& example) {
    try {
        if (const YAML::Node root = is_one_document(text) ? YAML::Load(text) : YAML::Node(); root.IsMap()) return root;
    } catch (const YAML::Exception& error) {
        refuse_yaml(where, error.mark, Sentence("is not valid YAML: %1", excerpt(error.msg, 200)));
    }
    throw UsageError("%1: must hold one list of keys and values, such as %2", where, in_quotes(example));
}

}  // namespace fanlight
