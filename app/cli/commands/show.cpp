#include <algorithm>
#include <cstdio>
#include <memory>

#include "app/cli/command.h"
#include "app/cli/help.h"
#include "core/base/text.h"
#include "core/images/png_text.h"

namespace fanlight {

namespace {

/// Whoever made the PNG may have put anything into its texts; of control characters only lines and tabulators stay.
std::string shown(std::string_view text) {
    std::string shown;
    while (!text.empty()) {
        const size_t end = std::min(text.find_first_of("\n\t"), text.size());
        shown += printable(text.substr(0, end));
        if (end < text.size()) shown += text[end];
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return shown;
}

}  // namespace

Action add_show(CLI::App& app) {
    const auto file = std::make_shared<std::string>();
    app.add_option("IMAGE", *file, "A PNG file")->required();
    add_examples(app, {"fanlight show night/00000-42-a-dog.png"});
    return [file] {
        const auto texts = read_png_texts_of_file(*file);
        if (texts.empty()) throw Error("%1 says nothing about how it was made: it holds no text.", *file);
        for (const PngText& text : texts)
            std::printf("%s%s:\n%s\n", &text == &texts.front() ? "" : "\n", printable(text.keyword).c_str(),
                        shown(text.text).c_str());
        return ExitCode::Done;
    };
}

}  // namespace fanlight
