#include "ui/settings/look.h"

#include <QApplication>
#include <QLibraryInfo>
#include <QLocale>
#include <QTranslator>

#include "ui/settings/settings.h"
#include "ui/style/style.h"

namespace fanlight::ui {

void applyChosenColours() {
    const QString chosen = settings::colours.get();
    if (chosen.isEmpty())
        followDesktop();
    else
        applyStyle(chosen == "dark" ? Scheme::Dark : Scheme::Light);
}

void applyChosenLanguage() {
    const QString chosen = settings::language.get();
    const QLocale locale = chosen.isEmpty() ? QLocale::system() : QLocale(chosen);
    QLocale::setDefault(locale);
    auto* own = new QTranslator(qApp);
    if (!own->load(locale, "fanlight", "_", ":/translations")) return;
    QApplication::installTranslator(own);
    auto* qts = new QTranslator(qApp);
    if (qts->load(locale, "qtbase", "_", QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
        QApplication::installTranslator(qts);
    QApplication::setLayoutDirection(locale.textDirection());
}

}  // namespace fanlight::ui
