#pragma once

#include <QProxyStyle>

#include "ui/style/palette.h"

class QFrame;
class QStyleOptionToolButton;

namespace fanlight::ui {

/// The look of the controls: a flat and quiet variant of Qt's Fusion with one accent colour, for the focus, the
/// selection and buttons whose property "accent" is true.
class Style : public QProxyStyle {
    Q_OBJECT

public:
    Style();

    void polish(QWidget* widget) override;
    int pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const override;
    int styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                  QStyleHintReturn* data) const override;
    QIcon standardIcon(StandardPixmap pixmap, const QStyleOption* option, const QWidget* widget) const override;
    QSize sizeFromContents(ContentsType type, const QStyleOption* option, const QSize& size,
                           const QWidget* widget) const override;
    QRect subElementRect(SubElement element, const QStyleOption* option, const QWidget* widget) const override;
    QRect subControlRect(ComplexControl control, const QStyleOptionComplex* option, SubControl sub,
                         const QWidget* widget) const override;
    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                       const QWidget* widget) const override;
    void drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
                     const QWidget* widget) const override;
    void drawComplexControl(ComplexControl control, const QStyleOptionComplex* option, QPainter* painter,
                            const QWidget* widget) const override;

private:
    void drawToolButton(const QStyleOptionToolButton& option, QPainter* painter, const QWidget* widget) const;
};

/// For a view that has no frame of its own: it gets one while it has the focus.
void frameOnFocus(QFrame* view);

/// Applies the style with the desktop's colour scheme, light or dark, now and whenever it changes.
void followDesktop();

/// Applies the style with the scheme that the user chose.
void applyStyle(Scheme scheme);

}  // namespace fanlight::ui
