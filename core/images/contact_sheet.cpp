#include "core/images/contact_sheet.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "core/base/error.h"
#include "core/base/file.h"

namespace fanlight {

namespace {

constexpr int max_side = 16'384, min_cell = 32;
constexpr int gap = 8;               ///< around each cell
constexpr int label_height = 5 * 2;  ///< of a number, in glyphs of 3 x 5 dots
constexpr uint8_t paper = 24, ink = 200;

/// Rows of three dots, from the top.
constexpr std::array<std::array<uint8_t, 5>, 10> digits = {{{7, 5, 5, 5, 7},
                                                            {2, 6, 2, 2, 7},
                                                            {7, 1, 7, 4, 7},
                                                            {7, 1, 7, 1, 7},
                                                            {5, 5, 7, 1, 1},
                                                            {7, 4, 7, 1, 7},
                                                            {7, 4, 7, 5, 7},
                                                            {7, 1, 1, 1, 1},
                                                            {7, 5, 7, 5, 7},
                                                            {7, 5, 7, 1, 7}}};

struct Grid {
    int columns = 1, rows = 1, cell = 0;

    int64_t width() const { return int64_t{columns} * (cell + gap) + gap; }
    int64_t height() const { return int64_t{rows} * (cell + label_height + 2 * gap) + gap; }
};

/// The grid with the largest cells possible.
Grid grid_for(size_t images, const ContactSheetOptions& options) {
    if (images == 0) throw UsageError("There are no images for a contact sheet");
    const auto count = static_cast<double>(images);
    Grid grid;
    grid.columns = options.columns > 0 ? options.columns : static_cast<int>(std::ceil(std::sqrt(count)));
    grid.columns = static_cast<int>(std::min<size_t>(images, static_cast<size_t>(grid.columns)));
    grid.rows = static_cast<int>(std::ceil(count / grid.columns));
    for (grid.cell = std::max(min_cell, options.cell); grid.cell >= min_cell; --grid.cell)
        if (grid.width() <= max_side && grid.height() <= max_side) return grid;
    throw UsageError("A contact sheet has no room for %1 images; choose fewer", images);
}

/// Each pixel is the mean of those that it covers: no detail is skipped.
Image scaled(const Image& image, int width, int height) {
    Image result{std::vector<uint8_t>(size_t{3} * width * height), width, height};
    for (int y = 0; y < height; ++y) {
        const int y0 = static_cast<int>(int64_t{y} * image.height / height);
        const int y1 = std::max(y0 + 1, static_cast<int>((int64_t{y} + 1) * image.height / height));
        for (int x = 0; x < width; ++x) {
            const int x0 = static_cast<int>(int64_t{x} * image.width / width);
            const int x1 = std::max(x0 + 1, static_cast<int>((int64_t{x} + 1) * image.width / width));
            std::array<int64_t, 3> sum{};
            for (int sy = y0; sy < y1; ++sy)
                for (int sx = x0; sx < x1; ++sx)
                    for (int c = 0; c < 3; ++c) sum[c] += image.rgb[(size_t{3} * sy * image.width) + 3 * sx + c];
            const int64_t pixels = int64_t{y1 - y0} * (x1 - x0);
            for (int c = 0; c < 3; ++c)
                result.rgb[(size_t{3} * y * width) + 3 * x + c] = static_cast<uint8_t>((sum[c] + pixels / 2) / pixels);
        }
    }
    return result;
}

/// Centred in its cell; smaller images are not enlarged.
void place(Image& sheet, const Image& image, int left, int top, int cell) {
    const double scale = std::min(1.0, static_cast<double>(cell) / std::max(image.width, image.height));
    const int width = std::max(1, static_cast<int>(std::lround(image.width * scale)));
    const int height = std::max(1, static_cast<int>(std::lround(image.height * scale)));
    const Image small = scaled(image, width, height);
    const int x = left + (cell - width) / 2, y = top + (cell - height) / 2;
    for (int row = 0; row < height; ++row)
        std::memcpy(&sheet.rgb[size_t{3} * (static_cast<size_t>(y + row) * sheet.width + x)],
                    &small.rgb[size_t{3} * row * width], size_t{3} * width);
}

void draw_number(Image& sheet, int64_t number, int left, int top, int cell) {
    const std::string text = std::to_string(number);
    const int wide = static_cast<int>(text.size()) * 8 - 2;
    int x = left + std::max(0, (cell - wide) / 2);
    for (const char c : text) {
        if (c < '0' || c > '9' || x + 6 > left + cell) continue;
        for (int dot = 0; dot < 60; ++dot) {
            const int dx = dot % 6, dy = dot / 6;
            const bool set = (digits[static_cast<size_t>(c - '0')][dy / 2] >> (2 - dx / 2)) & 1;
            if (set)
                std::memset(&sheet.rgb[size_t{3} * (static_cast<size_t>(top + dy) * sheet.width + x + dx)], ink, 3);
        }
        x += 8;
    }
}

}  // namespace

Image draw_contact_sheet(const std::vector<SheetImage>& images, const ContactSheetOptions& options,
                         const std::function<bool(double)>& progress) {
    const Grid grid = grid_for(images.size(), options);
    Image sheet{std::vector<uint8_t>(size_t{3} * grid.width() * grid.height(), paper), static_cast<int>(grid.width()),
                static_cast<int>(grid.height())};
    for (size_t i = 0; i < images.size(); ++i) {
        if (progress && !progress(static_cast<double>(i) / static_cast<double>(images.size()))) return {};
        const int column = static_cast<int>(i % grid.columns), row = static_cast<int>(i / grid.columns);
        const int left = gap + column * (grid.cell + gap), top = gap + row * (grid.cell + label_height + 2 * gap);
        place(sheet, read_png(images[i].file), left, top, grid.cell);
        draw_number(sheet, images[i].number, left, top + grid.cell + gap, grid.cell);
    }
    return sheet;
}

std::optional<std::vector<std::filesystem::path>> write_contact_sheet(const std::filesystem::path& file,
                                                                      const std::vector<SheetImage>& images,
                                                                      const ContactSheetOptions& options,
                                                                      const std::function<bool(double)>& progress) {
    std::vector<SheetImage> present;
    std::vector<std::filesystem::path> missing;
    std::error_code ignored;
    for (const SheetImage& image : images) {
        if (std::filesystem::is_regular_file(image.file, ignored))
            present.push_back(image);
        else
            missing.push_back(image.file);
    }
    const Image sheet = draw_contact_sheet(present, options, progress);
    if (sheet.rgb.empty()) return std::nullopt;
    FileReplacement whole(file);
    whole.write(encode_png(sheet.view(), {}));
    whole.commit();
    return missing;
}

}  // namespace fanlight
