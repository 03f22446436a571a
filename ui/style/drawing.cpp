#include "ui/style/drawing.h"

#include <QPainter>
#include <QPainterPath>
#include <QStyleOption>
#include <algorithm>

#include "ui/style/icons.h"
#include "ui/style/palette.h"

namespace fanlight::ui {

namespace {

constexpr qreal radius = 5;

QColor blended(const QColor& ground, const QColor& over, double part) {
    const auto mix = [part](int a, int b) { return qRound(a + (b - a) * part); };
    return {mix(ground.red(), over.red()), mix(ground.green(), over.green()), mix(ground.blue(), over.blue())};
}

struct Border {
    QColor color;
    int width = 1;  // pixels
};

/// A rounded rectangle whose border is aligned to whole pixels.
void drawPanel(QPainter* painter, const QRect& rect, const QColor& fill, const Border& border) {
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setBrush(fill);
    painter->setPen(border.color.alpha() == 0 ? QPen(Qt::NoPen) : QPen(border.color, border.width));
    const qreal half = border.width / 2.0;
    painter->drawRoundedRect(QRectF(rect).adjusted(half, half, -half, -half), radius, radius);
    painter->restore();
}

/// The focus is seen without knowing the other colours: its border is wider.
Border fieldBorder(const QStyleOption& option) {
    const bool focused = option.state & QStyle::State_HasFocus && option.state & QStyle::State_Enabled;
    return focused ? Border{option.palette.color(QPalette::Highlight), 2} : Border{borderColor(option.palette)};
}

void drawChevron(QPainter* painter, const QRect& rect, bool up, const QColor& color) {
    const QPointF c = QRectF(rect).center();
    const qreal x = 3.5, y = up ? -1.75 : 1.75;
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(color, 1.4, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter->drawPolyline(QPolygonF({c + QPointF(-x, -y), c + QPointF(0, y), c + QPointF(x, -y)}));
    painter->restore();
}

QColor arrowColor(const QStyleOption& option, bool usable) {
    if (!usable) return option.palette.color(QPalette::Disabled, QPalette::ButtonText);
    return mutedText(option.palette);
}

}  // namespace

void drawFrame(QPainter* painter, const QStyleOption& option, const QColor& fill) {
    drawPanel(painter, option.rect, fill, fieldBorder(option));
}

void drawField(QPainter* painter, const QStyleOption& option) {
    const bool enabled = option.state & QStyle::State_Enabled;
    drawPanel(painter, option.rect, option.palette.color(enabled ? QPalette::Base : QPalette::Window),
              fieldBorder(option));
}

void drawButton(QPainter* painter, const QStyleOption& option, bool accented) {
    const QPalette& palette = option.palette;
    const bool enabled = option.state & QStyle::State_Enabled, accent = accented && enabled;
    QColor fill = palette.color(accent ? QPalette::Highlight : QPalette::Button);
    if (enabled && option.state & (QStyle::State_Sunken | QStyle::State_On))
        fill = blended(fill, palette.color(QPalette::Text), 0.16);
    else if (enabled && option.state & QStyle::State_MouseOver)
        fill = blended(fill, palette.color(accent ? QPalette::Base : QPalette::Text), accent ? 0.14 : 0.07);
    if (!enabled) fill = palette.color(QPalette::Window);
    drawPanel(painter, option.rect, fill, accent ? Border{Qt::transparent} : fieldBorder(option));
    if (accent && option.state & QStyle::State_HasFocus)
        drawPanel(painter, option.rect.adjusted(2, 2, -2, -2), Qt::transparent,
                  {palette.color(QPalette::HighlightedText), 2});
}

/// Icon and text centred together, in the language's direction.
void drawButtonLabel(QPainter* painter, const QStyleOptionButton& button, bool accented) {
    const bool enabled = button.state & QStyle::State_Enabled, accent = accented && enabled;
    const int iconSide = button.icon.isNull() ? 0 : button.iconSize.width(),
              gap = iconSide > 0 && !button.text.isEmpty() ? 6 : 0;
    const int textWidth = button.fontMetrics.size(Qt::TextShowMnemonic, button.text).width();
    const QRect& all = button.rect;
    const int left = all.left() + std::max(0, (all.width() - iconSide - gap - textWidth) / 2);
    const auto placed = [&](int x, int width) {
        return QStyle::visualRect(button.direction, all, QRect(x, all.top(), width, all.height()));
    };
    const auto mode = accent ? QIcon::Selected : enabled ? QIcon::Normal : QIcon::Disabled;
    if (iconSide > 0) button.icon.paint(painter, placed(left, iconSide), Qt::AlignCenter, mode);
    painter->setPen(button.palette.color(accent ? QPalette::HighlightedText : QPalette::ButtonText));
    painter->drawText(placed(left + iconSide + gap, textWidth), Qt::AlignCenter | Qt::TextShowMnemonic, button.text);
}

/// No frame until the pointer hovers over it.
void drawFlatButton(QPainter* painter, const QStyleOption& option) {
    const bool pressed = option.state & (QStyle::State_Sunken | QStyle::State_On);
    const bool over = option.state & QStyle::State_MouseOver && option.state & QStyle::State_Enabled;
    const bool focused = option.state & QStyle::State_HasFocus;
    if (!pressed && !over && !focused) return;
    const QColor fill = blended(option.palette.color(QPalette::Window), option.palette.color(QPalette::Text),
                                pressed ? 0.14
                                : over  ? 0.07
                                        : 0);
    drawPanel(painter, option.rect, fill, focused ? fieldBorder(option) : Border{fill});
}

void drawFocus(QPainter* painter, const QStyleOption& option, QPalette::ColorRole role) {
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(option.palette.color(role), 1.5));
    painter->setBrush(Qt::NoBrush);
    painter->drawRoundedRect(QRectF(option.rect).adjusted(1, 1, -1, -1), radius - 1, radius - 1);
    painter->restore();
}

void drawCheckBox(QPainter* painter, const QStyleOption& option) {
    const bool on = option.state & QStyle::State_On, enabled = option.state & QStyle::State_Enabled;
    const QColor accent = option.palette.color(enabled ? QPalette::Highlight : QPalette::Mid);
    drawPanel(painter, option.rect, on ? accent : option.palette.color(QPalette::Base),
              on ? Border{accent} : fieldBorder(option));
    if (on) {
        const int size = option.rect.width() - 4;
        painter->drawPixmap(option.rect.x() + 2, option.rect.y() + 2,
                            iconPixmap("done", size, option.palette.color(QPalette::HighlightedText),
                                       painter->device()->devicePixelRatioF()));
    }
}

void drawRadioButton(QPainter* painter, const QStyleOption& option) {
    const bool on = option.state & QStyle::State_On, enabled = option.state & QStyle::State_Enabled;
    const QColor accent = option.palette.color(enabled ? QPalette::Highlight : QPalette::Mid);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const QRectF circle = QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5);
    const Border border = on ? Border{accent} : fieldBorder(option);
    painter->setPen(QPen(border.color, border.width));
    painter->setBrush(on ? accent : option.palette.color(QPalette::Base));
    painter->drawEllipse(circle);
    if (on) {
        const qreal inset = circle.width() * 0.3;
        painter->setPen(Qt::NoPen);
        painter->setBrush(option.palette.color(QPalette::HighlightedText));
        painter->drawEllipse(circle.adjusted(inset, inset, -inset, -inset));
    }
    painter->restore();
}

void drawProgress(QPainter* painter, const QStyleOptionProgressBar& bar) {
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    const QRectF groove(bar.rect);
    const qreal round = std::min(groove.height() / 2, radius);
    painter->setBrush(bar.palette.color(QPalette::Midlight));
    painter->drawRoundedRect(groove, round, round);
    const int range = bar.maximum - bar.minimum;
    const double part = range > 0 ? std::clamp(double(bar.progress - bar.minimum) / range, 0.0, 1.0) : 0;
    QRectF done = groove;
    done.setWidth(part * groove.width());
    if (bar.direction == Qt::RightToLeft) done.moveRight(groove.right());
    QPainterPath clip;
    clip.addRoundedRect(groove, round, round);
    painter->setClipPath(clip);
    painter->setBrush(bar.palette.color(QPalette::Highlight));
    painter->drawRect(done);
    painter->restore();
}

void drawComboBox(QPainter* painter, const QStyleOptionComboBox& box, const QRect& arrow) {
    if (box.editable)
        drawField(painter, box);
    else
        drawButton(painter, box, false);
    drawChevron(painter, arrow, false, arrowColor(box, box.state & QStyle::State_Enabled));
}

void drawSpinBox(QPainter* painter, const QStyleOptionSpinBox& box, const QRect& up, const QRect& down) {
    drawField(painter, box);
    if (box.buttonSymbols == QAbstractSpinBox::NoButtons) return;
    drawChevron(painter, up, true, arrowColor(box, box.stepEnabled & QAbstractSpinBox::StepUpEnabled));
    drawChevron(painter, down, false, arrowColor(box, box.stepEnabled & QAbstractSpinBox::StepDownEnabled));
}

void drawScrollBar(QPainter* painter, const QStyleOptionSlider& bar, const QRect& handle) {
    if (bar.maximum <= bar.minimum) return;
    const bool active = bar.state & QStyle::State_Enabled && bar.activeSubControls & QStyle::SC_ScrollBarSlider;
    const QRectF thumb = QRectF(handle).adjusted(3, 3, -3, -3);
    const qreal round = std::min(thumb.width(), thumb.height()) / 2;
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    painter->setBrush(
        blended(bar.palette.color(QPalette::Window), bar.palette.color(QPalette::Text), active ? 0.5 : 0.28));
    painter->drawRoundedRect(thumb, round, round);
    painter->restore();
}

void drawHeader(QPainter* painter, const QStyleOption& option, bool vertical) {
    painter->fillRect(option.rect, option.palette.color(vertical ? QPalette::Base : QPalette::Window));
    if (vertical) return;
    painter->fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1),
                      borderColor(option.palette));
}

void drawChevron(QPainter* painter, const QStyleOption& option, const QRect& rect) {
    drawChevron(painter, rect, false, arrowColor(option, option.state & QStyle::State_Enabled));
}

void drawTab(QPainter* painter, const QStyleOptionTab& tab) {
    const bool selected = tab.state & QStyle::State_Selected;
    if (tab.state & QStyle::State_HasFocus) drawFocus(painter, tab, QPalette::Highlight);
    if (!selected && !(tab.state & QStyle::State_MouseOver)) return;
    const bool below = tab.shape == QTabBar::RoundedSouth;
    QRect line(tab.rect.x() + 6, below ? tab.rect.top() : tab.rect.bottom() - 1, tab.rect.width() - 12, 2);
    painter->fillRect(line, selected ? tab.palette.color(QPalette::Highlight) : borderColor(tab.palette));
}

void drawMenuBarItem(QPainter* painter, const QStyleOptionMenuItem& item) {
    const bool chosen = item.state & QStyle::State_Selected && item.state & QStyle::State_Enabled;
    painter->fillRect(item.rect, item.palette.color(chosen ? QPalette::Highlight : QPalette::Window));
    painter->setPen(item.palette.color(chosen ? QPalette::HighlightedText : QPalette::WindowText));
    painter->drawText(item.rect, Qt::AlignCenter | Qt::TextShowMnemonic, item.text);
}

void drawDockTitle(QPainter* painter, const QStyleOptionDockWidget& title, const QRect& text) {
    QFont font = painter->font();
    font.setBold(true);
    painter->save();
    painter->setFont(font);
    painter->setPen(title.palette.color(QPalette::WindowText));
    painter->drawText(text, int(QStyle::visualAlignment(title.direction, Qt::AlignLeft) | Qt::AlignVCenter),
                      painter->fontMetrics().elidedText(title.title, Qt::ElideRight, text.width()));
    painter->restore();
}

}  // namespace fanlight::ui
