#pragma once

#include <QPalette>
#include <QRect>

class QPainter;
class QStyleOption;
class QStyleOptionButton;
class QStyleOptionComboBox;
class QStyleOptionDockWidget;
class QStyleOptionMenuItem;
class QStyleOptionProgressBar;
class QStyleOptionSlider;
class QStyleOptionSpinBox;
class QStyleOptionTab;

// The drawing functions of Style: each draws one control in the colours of the option's palette.
namespace fanlight::ui {

void drawFrame(QPainter* painter, const QStyleOption& option, const QColor& fill);
void drawField(QPainter* painter, const QStyleOption& option);
void drawButton(QPainter* painter, const QStyleOption& option, bool accent);
void drawButtonLabel(QPainter* painter, const QStyleOptionButton& button, bool accent);
void drawFlatButton(QPainter* painter, const QStyleOption& option);
/// `role`: of a colour that stands out from the ground.
void drawFocus(QPainter* painter, const QStyleOption& option, QPalette::ColorRole role);
void drawCheckBox(QPainter* painter, const QStyleOption& option);
void drawRadioButton(QPainter* painter, const QStyleOption& option);
void drawProgress(QPainter* painter, const QStyleOptionProgressBar& bar);
void drawComboBox(QPainter* painter, const QStyleOptionComboBox& box, const QRect& arrow);
void drawSpinBox(QPainter* painter, const QStyleOptionSpinBox& box, const QRect& up, const QRect& down);
void drawScrollBar(QPainter* painter, const QStyleOptionSlider& bar, const QRect& handle);
void drawHeader(QPainter* painter, const QStyleOption& option, bool vertical);
void drawChevron(QPainter* painter, const QStyleOption& option, const QRect& rect);
void drawTab(QPainter* painter, const QStyleOptionTab& tab);
void drawMenuBarItem(QPainter* painter, const QStyleOptionMenuItem& item);
void drawDockTitle(QPainter* painter, const QStyleOptionDockWidget& title, const QRect& text);

}  // namespace fanlight::ui
