#include "ui/style/palette.h"

#include <algorithm>
#include <cmath>

namespace fanlight::ui {

namespace {

/// One line per colour: its light and its dark variant.
struct Tone {
    QPalette::ColorRole role;
    QRgb light, dark;
};
constexpr Tone tones[] = {
    {QPalette::Window, 0xf3f4f6, 0x1b1d22},
    {QPalette::WindowText, 0x1c1f26, 0xe4e7ec},
    {QPalette::Base, 0xffffff, 0x131519},
    {QPalette::AlternateBase, 0xf8f9fa, 0x181a1f},
    {QPalette::Text, 0x1c1f26, 0xe4e7ec},
    {QPalette::PlaceholderText, 0x656c7a, 0x8d94a2},
    {QPalette::Button, 0xffffff, 0x2a2d34},
    {QPalette::ButtonText, 0x1c1f26, 0xe4e7ec},
    {QPalette::BrightText, 0xffffff, 0xffffff},
    {QPalette::ToolTipBase, 0x2b2f37, 0x343841},
    {QPalette::ToolTipText, 0xf5f6f8, 0xf0f2f5},
    {QPalette::Highlight, 0x1f62d6, 0x3b7df0},
    {QPalette::HighlightedText, 0xffffff, 0xffffff},
    {QPalette::Link, 0x1f62d6, 0x77a8ff},
    {QPalette::LinkVisited, 0x6b4bc4, 0xb39dff},
    {QPalette::Light, 0xffffff, 0x3a3e47},
    {QPalette::Midlight, 0xe9ebee, 0x30343c},
    {QPalette::Mid, 0xd3d7dd, 0x3a3f48},
    {QPalette::Dark, 0xb4bac4, 0x0f1013},
    {QPalette::Shadow, 0x8a909b, 0x08090b},
};

QColor toned(const QPalette& palette, QRgb light, QRgb dark) {
    return QColor::fromRgb(schemeOf(palette) == Scheme::Dark ? dark : light);
}

double luminance(const QColor& color) {
    const auto linear = [](double c) { return c <= 0.03928 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}

}  // namespace

QPalette palette(Scheme scheme) {
    QPalette result;
    for (const Tone& tone : tones) result.setColor(tone.role, scheme == Scheme::Dark ? tone.dark : tone.light);
    const QColor disabled = scheme == Scheme::Dark ? 0x6a707c : 0x9097a3;
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        result.setColor(QPalette::Disabled, role, disabled);
    result.setColor(QPalette::Disabled, QPalette::Highlight, result.color(QPalette::Mid));
    return result;
}

Scheme schemeOf(const QPalette& palette) {
    return luminance(palette.color(QPalette::WindowText)) > luminance(palette.color(QPalette::Window)) ? Scheme::Dark
                                                                                                       : Scheme::Light;
}

QColor borderColor(const QPalette& palette) { return palette.color(QPalette::Mid); }
QColor mutedText(const QPalette& palette) { return palette.color(QPalette::PlaceholderText); }
QColor doneColor(const QPalette& palette) { return toned(palette, 0x1a7f45, 0x54c98a); }
QColor warningColor(const QPalette& palette) { return toned(palette, 0x9a5b00, 0xf0b54a); }
QColor failedColor(const QPalette& palette) { return toned(palette, 0xc22f2f, 0xff8080); }

double contrast(const QColor& a, const QColor& b) {
    const auto [darker, lighter] = std::minmax({luminance(a), luminance(b)});
    return (lighter + 0.05) / (darker + 0.05);
}

}  // namespace fanlight::ui
