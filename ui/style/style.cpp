#include "ui/style/style.h"

#include <QApplication>
#include <QComboBox>
#include <QEvent>
#include <QHeaderView>
#include <QPainter>
#include <QPlainTextEdit>
#include <QPointer>
#include <QPushButton>
#include <QStyleFactory>
#include <QStyleOption>
#include <QTabBar>
#include <QTextEdit>

#include "ui/style/drawing.h"
#include "ui/style/icons.h"
#include "ui/style/wheel_guard.h"

namespace fanlight::ui {

namespace {

constexpr int controlHeight = 30;  // pixels

constexpr int fieldPadding = 5;  // pixels between a field's border and its text
constexpr int viewFrame = 2;     // pixels: wide enough for the focus to be seen
constexpr const char* frameOnFocusName = "frameOnFocus";
constexpr int chevronWidth = 16, sortArrowSide = 8;

/// Whole, whichever version it is.
QStyleOptionHeaderV2 headerOf(const QStyleOption& option) {
    QStyleOptionHeaderV2 header;
    const int version = header.version;
    if (const auto* newer = qstyleoption_cast<const QStyleOptionHeaderV2*>(&option))
        header = *newer;
    else if (const auto* older = qstyleoption_cast<const QStyleOptionHeader*>(&option))
        static_cast<QStyleOptionHeader&>(header) = *older;
    header.version = version;
    return header;
}

bool isAccent(const QWidget* widget) { return widget && widget->property("accent").toBool(); }

bool hasFrameOnFocus(const QWidget* widget) { return widget && widget->property(frameOnFocusName).toBool(); }

bool isVerticalHeader(const QWidget* widget) {
    const auto* header = qobject_cast<const QHeaderView*>(widget);
    return header && header->orientation() == Qt::Vertical;
}

/// A button that opens a menu and shows a chevron beside its text.
bool opensMenu(const QStyleOptionToolButton& button) {
    return button.features & QStyleOptionToolButton::HasMenu && button.toolButtonStyle != Qt::ToolButtonIconOnly &&
           !(button.features & QStyleOptionToolButton::MenuButtonPopup);
}

/// The handle may use the whole groove: there are no buttons at its ends.
QRect scrollHandle(const QStyleOptionSlider& bar) {
    const bool horizontal = bar.orientation == Qt::Horizontal;
    const int groove = horizontal ? bar.rect.width() : bar.rect.height();
    const int64_t range = int64_t(bar.maximum) - bar.minimum;
    const int64_t length = range > 0 ? int64_t(groove) * bar.pageStep / (range + bar.pageStep) : groove;
    const int size = std::clamp<int>(length, std::min(28, groove), groove);
    const int at =
        QStyle::sliderPositionFromValue(bar.minimum, bar.maximum, bar.sliderPosition, groove - size, bar.upsideDown);
    return horizontal ? QRect(at, 0, size, bar.rect.height()) : QRect(0, at, bar.rect.width(), size);
}

}  // namespace

Style::Style() : QProxyStyle(QStyleFactory::create("Fusion")) {}

void Style::polish(QWidget* widget) {
    QProxyStyle::polish(widget);
    if (qobject_cast<QComboBox*>(widget)) widget->setAttribute(Qt::WA_Hover);
    // Text fields lie on the rounded panel that PE_Frame draws.
    if (auto* area = qobject_cast<QAbstractScrollArea*>(widget);
        qobject_cast<QPlainTextEdit*>(widget) || qobject_cast<QTextEdit*>(widget))
        area->viewport()->setAutoFillBackground(false);
}

int Style::pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const {
    switch (metric) {
        case PM_LayoutHorizontalSpacing:
        case PM_LayoutVerticalSpacing:
            return 8;
        case PM_LayoutLeftMargin:
        case PM_LayoutTopMargin:
        case PM_LayoutRightMargin:
        case PM_LayoutBottomMargin:
            return 10;
        case PM_SmallIconSize:
        case PM_ButtonIconSize:
        case PM_ToolBarIconSize:
        case PM_IndicatorWidth:
        case PM_IndicatorHeight:
        case PM_ExclusiveIndicatorWidth:
        case PM_ExclusiveIndicatorHeight:
            return 16;
        case PM_DefaultFrameWidth:
            return qobject_cast<const QAbstractScrollArea*>(widget) ? viewFrame
                                                                    : QProxyStyle::pixelMetric(metric, option, widget);
        case PM_FocusFrameHMargin:  // beside the texts of cells and headers
            return 5;
        case PM_HeaderMargin:
            return 6;
        case PM_DockWidgetSeparatorExtent:
        case PM_SplitterWidth:
            return 5;
        case PM_ButtonShiftHorizontal:
        case PM_ButtonShiftVertical:
            return 0;
        case PM_ScrollBarExtent:
            return 12;
        default:
            return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int Style::styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget, QStyleHintReturn* data) const {
    switch (hint) {
        case SH_EtchDisabledText:
            return 0;
        case SH_DitherDisabledText:
            return 0;
        case SH_ComboBox_Popup:
            return 0;
        case SH_ToolTip_WakeUpDelay:
            return 500;
        default:
            return QProxyStyle::styleHint(hint, option, widget, data);
    }
}

QIcon Style::standardIcon(StandardPixmap pixmap, const QStyleOption* option, const QWidget* widget) const {
    if (pixmap == SP_TitleBarCloseButton) return icon("close");
    if (pixmap == SP_TitleBarNormalButton) return icon("float");
    if (pixmap == SP_LineEditClearButton) return icon("close");
    if (pixmap == SP_MessageBoxQuestion) return icon("help");
    return QProxyStyle::standardIcon(pixmap, option, widget);
}

QSize Style::sizeFromContents(ContentsType type, const QStyleOption* option, const QSize& size,
                              const QWidget* widget) const {
    QSize result = QProxyStyle::sizeFromContents(type, option, size, widget);
    switch (type) {
        case CT_PushButton:
        case CT_ComboBox:
        case CT_LineEdit:
        case CT_SpinBox:
            result.setHeight(std::max(result.height(), controlHeight));
            if (type == CT_SpinBox) result.rwidth() += 2 * fieldPadding;  // which subControlRect() takes from the text
            break;
        case CT_ToolButton:
            if (const auto* button = qstyleoption_cast<const QStyleOptionToolButton*>(option);
                button && opensMenu(*button))
                result.rwidth() += chevronWidth / 2;  // which drawToolButton() takes from the text
            result = result.expandedTo({28, 28});
            break;
        case CT_HeaderSection:
        case CT_ItemViewItem:
            result.setHeight(std::max(result.height(), 28));
            break;
        case CT_TabBarTab:
            result += QSize(10, 6);
            break;
        case CT_MenuItem:
            result.setHeight(result.height() + 2);
            break;
        default:
            break;
    }
    return result;
}

void Style::drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                          const QWidget* widget) const {
    switch (element) {
        case PE_PanelButtonCommand:
            drawButton(painter, *option, isAccent(widget));
            break;
        case PE_PanelButtonTool:
            drawFlatButton(painter, *option);
            break;
        case PE_PanelLineEdit:
        case PE_FrameLineEdit:
            if (const auto* frame = qstyleoption_cast<const QStyleOptionFrame*>(option); frame && frame->lineWidth > 0)
                drawField(painter, *option);
            else if (element == PE_PanelLineEdit)
                QProxyStyle::drawPrimitive(element, option, painter, widget);
            break;
        case PE_Frame: {
            if (hasFrameOnFocus(widget) && !(option->state & State_HasFocus)) break;
            const bool text = qobject_cast<const QPlainTextEdit*>(widget) || qobject_cast<const QTextEdit*>(widget);
            const auto ground = option->state & State_Enabled ? QPalette::Base : QPalette::Window;
            drawFrame(painter, *option, text ? option->palette.color(ground) : QColor(Qt::transparent));
            break;
        }
        case PE_FrameGroupBox:
            drawFrame(painter, *option, Qt::transparent);
            break;
        case PE_IndicatorCheckBox:
        case PE_IndicatorItemViewItemCheck:
            drawCheckBox(painter, *option);
            break;
        case PE_IndicatorRadioButton:
            drawRadioButton(painter, *option);
            break;
        case PE_FrameFocusRect:
            if (!qobject_cast<const QPushButton*>(widget) &&
                !qobject_cast<const QTabBar*>(widget)) {  // they show it themselves
                const bool isSelectedItem = option->state & State_Item && option->state & State_Selected;
                drawFocus(painter, *option, isSelectedItem ? QPalette::HighlightedText : QPalette::Highlight);
            }
            break;
        case PE_FrameDockWidget:
        case PE_FrameStatusBarItem:
        case PE_FrameTabBarBase:
        case PE_PanelScrollAreaCorner:
            break;
        default:
            QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
}

void Style::drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
                        const QWidget* widget) const {
    switch (element) {
        case CE_PushButtonLabel:
            if (const auto* button = qstyleoption_cast<const QStyleOptionButton*>(option))
                drawButtonLabel(painter, *button, isAccent(widget));
            break;
        case CE_ComboBoxLabel:
            if (const auto* box = qstyleoption_cast<const QStyleOptionComboBox*>(option)) {
                QStyleOptionComboBox elided = *box;
                const int width = subControlRect(CC_ComboBox, box, SC_ComboBoxEditField, widget).width();
                const int icon = box->currentIcon.isNull() ? 0 : box->iconSize.width() + fieldPadding;
                elided.currentText = box->fontMetrics.elidedText(box->currentText, Qt::ElideRight, width - icon);
                QProxyStyle::drawControl(element, &elided, painter, widget);
            }
            break;
        case CE_HeaderSection:
        case CE_HeaderEmptyArea:
            drawHeader(painter, *option, isVerticalHeader(widget));
            break;
        case CE_HeaderLabel: {
            QStyleOptionHeaderV2 header = headerOf(*option);
            header.palette.setColor(QPalette::ButtonText, mutedText(header.palette));
            QProxyStyle::drawControl(element, &header, painter, widget);
            break;
        }
        case CE_Header: {  // Qt's own would not ask subElementRect() where its parts are
            QStyleOptionHeaderV2 part = headerOf(*option);
            drawControl(CE_HeaderSection, option, painter, widget);
            part.rect = subElementRect(SE_HeaderLabel, option, widget);
            if (part.rect.isValid()) drawControl(CE_HeaderLabel, &part, painter, widget);
            part.rect = subElementRect(SE_HeaderArrow, option, widget);
            if (part.sortIndicator != QStyleOptionHeader::None)
                drawPrimitive(PE_IndicatorHeaderArrow, &part, painter, widget);
            break;
        }
        case CE_ProgressBarGroove:
            break;
        case CE_ProgressBarContents:
            if (const auto* bar = qstyleoption_cast<const QStyleOptionProgressBar*>(option))
                drawProgress(painter, *bar);
            break;
        case CE_Splitter:
            break;
        case CE_TabBarTabShape:
            if (const auto* tab = qstyleoption_cast<const QStyleOptionTab*>(option)) drawTab(painter, *tab);
            break;
        case CE_DockWidgetTitle:
            if (const auto* title = qstyleoption_cast<const QStyleOptionDockWidget*>(option))
                drawDockTitle(painter, *title, subElementRect(SE_DockWidgetTitleBarText, title, widget));
            break;
        case CE_ToolBar:
        case CE_MenuBarEmptyArea:
            painter->fillRect(option->rect, option->palette.color(QPalette::Window));
            break;
        default:
            QProxyStyle::drawControl(element, option, painter, widget);
    }
}

QRect Style::subElementRect(SubElement element, const QStyleOption* option, const QWidget* widget) const {
    const QRect rect = QProxyStyle::subElementRect(element, option, widget);
    const auto* frame = qstyleoption_cast<const QStyleOptionFrame*>(option);
    if (element == SE_LineEditContents && frame && frame->lineWidth > 0)
        return rect.adjusted(fieldPadding, 0, -fieldPadding, 0);
    const auto* header = qstyleoption_cast<const QStyleOptionHeader*>(option);
    if (header && header->sortIndicator != QStyleOptionHeader::None && header->orientation == Qt::Horizontal) {
        const QRect arrow(option->rect.right() - 2 * sortArrowSide, option->rect.center().y() - sortArrowSide / 2,
                          sortArrowSide, sortArrowSide);
        QRect label = option->rect.adjusted(pixelMetric(PM_HeaderMargin, option, widget), 0, 0, 0);
        label.setRight(arrow.left() - 2);
        if (element == SE_HeaderArrow) return visualRect(option->direction, option->rect, arrow);
        if (element == SE_HeaderLabel) return visualRect(option->direction, option->rect, label);
    }
    if (element == SE_DockWidgetTitleBarText) return rect.adjusted(fieldPadding, 0, -fieldPadding, 0);
    return rect;
}

QRect Style::subControlRect(ComplexControl control, const QStyleOptionComplex* option, SubControl sub,
                            const QWidget* widget) const {
    if ((control == CC_ComboBox && sub == SC_ComboBoxEditField) ||
        (control == CC_SpinBox && sub == SC_SpinBoxEditField)) {
        const QRect rect = QProxyStyle::subControlRect(control, option, sub, widget);
        const bool mirrored = option->direction == Qt::RightToLeft;
        return rect.adjusted(mirrored ? 0 : fieldPadding, 0, mirrored ? -fieldPadding : 0, 0);
    }
    const auto* bar = qstyleoption_cast<const QStyleOptionSlider*>(option);
    if (control != CC_ScrollBar || !bar) return QProxyStyle::subControlRect(control, option, sub, widget);
    const QRect handle = scrollHandle(*bar);
    const bool horizontal = bar->orientation == Qt::Horizontal;
    QRect rect;
    if (sub == SC_ScrollBarSlider) rect = handle;
    if (sub == SC_ScrollBarGroove) rect = bar->rect;
    if (sub == SC_ScrollBarSubPage)
        rect = horizontal ? QRect(0, 0, handle.left(), handle.height()) : QRect(0, 0, handle.width(), handle.top());
    if (sub == SC_ScrollBarAddPage)
        rect = QRect(horizontal ? handle.topRight() : handle.bottomLeft(), bar->rect.bottomRight());
    return visualRect(bar->direction, bar->rect, rect);
}

void Style::drawComplexControl(ComplexControl control, const QStyleOptionComplex* option, QPainter* painter,
                               const QWidget* widget) const {
    const auto rectOf = [&](SubControl sub) { return subControlRect(control, option, sub, widget); };
    if (const auto* box = qstyleoption_cast<const QStyleOptionComboBox*>(option); control == CC_ComboBox && box)
        drawComboBox(painter, *box, rectOf(SC_ComboBoxArrow));
    else if (const auto* spin = qstyleoption_cast<const QStyleOptionSpinBox*>(option); control == CC_SpinBox && spin)
        drawSpinBox(painter, *spin, rectOf(SC_SpinBoxUp), rectOf(SC_SpinBoxDown));
    else if (const auto* bar = qstyleoption_cast<const QStyleOptionSlider*>(option); control == CC_ScrollBar && bar)
        drawScrollBar(painter, *bar, rectOf(SC_ScrollBarSlider));
    else if (const auto* tool = qstyleoption_cast<const QStyleOptionToolButton*>(option);
             control == CC_ToolButton && tool)
        drawToolButton(*tool, painter, widget);
    else
        QProxyStyle::drawComplexControl(control, option, painter, widget);
    if (control == CC_Slider && option->state & State_HasFocus) drawFocus(painter, *option, QPalette::Highlight);
}

void Style::drawToolButton(const QStyleOptionToolButton& option, QPainter* painter, const QWidget* widget) const {
    QStyleOptionToolButton button = option;
    if (!(option.features & QStyleOptionToolButton::MenuButtonPopup))
        button.features &= ~QStyleOptionToolButton::HasMenu;
    if (!opensMenu(option)) return QProxyStyle::drawComplexControl(CC_ToolButton, &button, painter, widget);
    if (option.state & (State_MouseOver | State_HasFocus | State_Sunken | State_On)) drawFlatButton(painter, option);
    button.state &= ~(State_MouseOver | State_HasFocus | State_Sunken | State_On);
    const QRect chevron(option.rect.right() - chevronWidth - 2, option.rect.top(), chevronWidth, option.rect.height());
    button.rect.setRight(chevron.left());
    button.rect = visualRect(option.direction, option.rect, button.rect);
    QProxyStyle::drawComplexControl(CC_ToolButton, &button, painter, widget);
    drawChevron(painter, option, visualRect(option.direction, option.rect, chevron));
}

void frameOnFocus(QFrame* view) {
    view->setProperty(frameOnFocusName, true);
    view->setFrameShape(QFrame::StyledPanel);
}

namespace {

void applyColours(Scheme scheme) {
    if (!qobject_cast<Style*>(QApplication::style())) {
        QApplication::setStyle(new Style);
        qApp->installEventFilter(new WheelGuard(qApp));
    }
    QApplication::setPalette(palette(scheme));
}

/// Without a palette of its own the application has the desktop's.
Scheme desktopScheme() {
    QApplication::setPalette(QPalette());
    return schemeOf(QApplication::palette());
}

class SchemeFollower : public QObject {
public:
    using QObject::QObject;

protected:
    bool eventFilter(QObject* object, QEvent* event) override {
        if (object == qApp && event->type() == QEvent::ThemeChange) applyColours(desktopScheme());
        return false;
    }
};

QPointer<SchemeFollower> follower;

}  // namespace

void followDesktop() {
    applyColours(desktopScheme());
    if (!follower) qApp->installEventFilter(follower = new SchemeFollower(qApp));
}

void applyStyle(Scheme scheme) {
    delete follower;
    applyColours(scheme);
}

}  // namespace fanlight::ui

#include "moc_style.cpp"
