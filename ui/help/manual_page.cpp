#include "ui/help/manual_page.h"

#include <QEvent>
#include <QFile>
#include <QFileInfo>
#include <QScrollBar>

#include "ui/help/page_html.h"

namespace fanlight::ui {

namespace {

constexpr int pageMargin = 24;

}  // namespace

ManualPage::ManualPage(const QString& folder, QWidget* parent) : QTextBrowser(parent), folder_(folder) {
    setLayoutDirection(Qt::LeftToRight);
    QTextOption option = document()->defaultTextOption();
    option.setTextDirection(Qt::LeftToRight);
    document()->setDefaultTextOption(option);
    document()->setDocumentMargin(pageMargin);
    setFrameShape(QFrame::NoFrame);
    setOpenExternalLinks(true);
    setAccessibleName(tr("Page"));
}

void ManualPage::showPage(const QString& page) {
    QUrl address = QUrl::fromLocalFile(folder_ + "/" + page.section('#', 0, 0));
    if (page.contains('#')) address.setFragment(page.section('#', 1));
    setSource(address);
}

void ManualPage::doSetSource(const QUrl& link, QTextDocument::ResourceType type) {
    const QUrl address = source().resolved(link);
    const QString file = address.toLocalFile();
    if (!QFileInfo(file).isFile()) {
        QTextBrowser::doSetSource(QUrl(), type);
        setPlainText(tr("The page %1 of the manual is missing. Install Fanlight again to bring it back.")
                         .arg(QFileInfo(file).fileName()));
        return;
    }
    QTextBrowser::doSetSource(address, QTextDocument::HtmlResource);
}

QVariant ManualPage::loadResource(int type, const QUrl& address) {
    if (type != QTextDocument::HtmlResource) return QTextBrowser::loadResource(type, address);
    QFile file(address.toLocalFile());
    return file.open(QIODevice::ReadOnly) ? pageHtml(QString::fromUtf8(file.readAll()), palette()) : QString();
}

bool ManualPage::findText(const QString& text, bool backwards) {
    if (text.isEmpty()) return false;
    const QTextDocument::FindFlags flags = backwards ? QTextDocument::FindBackward : QTextDocument::FindFlags();
    if (find(text, flags)) return true;
    const QTextCursor before = textCursor();
    moveCursor(backwards ? QTextCursor::End : QTextCursor::Start);
    if (find(text, flags)) return true;
    setTextCursor(before);
    return false;
}

bool ManualPage::findAsTyped(const QString& text) {
    QTextCursor cursor = textCursor();
    cursor.setPosition(cursor.selectionStart());
    setTextCursor(cursor);
    return findText(text);
}

/// The page's colours are those of the palette that it was styled with.
void ManualPage::changeEvent(QEvent* event) {
    QTextBrowser::changeEvent(event);
    if (event->type() != QEvent::PaletteChange || source().isEmpty()) return;
    const int place = verticalScrollBar()->value();
    reload();
    verticalScrollBar()->setValue(place);
}

}  // namespace fanlight::ui

#include "moc_manual_page.cpp"
