#include <cstdio>
#include <memory>

#include "app/cli/command.h"
#include "core/images/png_text.h"

namespace fanlight {

Action add_show(CLI::App& app) {
    const auto file = std::make_shared<std::string>();
    app.add_option("IMAGE", *file, "A PNG")->required();
    return [file] {
        const auto texts = read_png_texts_of_file(*file);
        if (texts.empty()) throw Error(*file + " says nothing about how it was made: it holds no text.");
        for (const PngText& text : texts)
            std::printf("%s%s:\n%s\n", &text == &texts.front() ? "" : "\n", text.keyword.c_str(), text.text.c_str());
        return ExitCode::Done;
    };
}

}  // namespace fanlight
