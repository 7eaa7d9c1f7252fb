// SPDX-License-Identifier: MIT
#include "influx/parse_statement.h"

namespace efd::influx {
namespace {

Result<Privilege> parse_privilege(TokenStream& in) {
  const Lexeme next = in.scan_word();
  switch (next.token) {
    case Token::read:
      return Privilege::read;
    case Token::write:
      return Privilege::write;
    case Token::all:
      in.accept(Token::privileges);
      return Privilege::all;
    default:
      return TokenStream::unexpected(next, {"READ", "WRITE", "ALL [PRIVILEGES]"});
  }
}

// GRANT and REVOKE: privilege ON database TO|FROM user, or ALL [PRIVILEGES] TO|FROM user, which is
// about the rights of an administrator. `link` is TO or FROM.
template <class OnDatabase, class Admin>
Result<Statement> parse_privilege_change(TokenStream& in, Token link) {
  EFD_ASSIGN(const Privilege privilege, parse_privilege(in));
  const Lexeme next = in.scan_word();
  if (next.token == Token::on) {
    OnDatabase statement;
    statement.privilege = privilege;
    EFD_ASSIGN(statement.database, in.ident());
    EFD_TRY(in.expect({link}));
    EFD_ASSIGN(statement.user, in.ident());
    return Statement(std::move(statement));
  }
  if (privilege != Privilege::all) return TokenStream::unexpected(next, {"ON"});
  if (next.token != link) return TokenStream::unexpected(next, {"ON", to_string(link)});
  EFD_ASSIGN(std::string user, in.ident());
  return Statement(Admin{std::move(user)});
}

}  // namespace

Result<Statement> parse_create_user(TokenStream& in) {
  CreateUserStatement statement;
  EFD_ASSIGN(statement.name, in.ident());
  EFD_TRY(in.expect({Token::with, Token::password}));
  EFD_ASSIGN(statement.password, in.string());
  if (in.accept(Token::with)) {
    EFD_TRY(in.expect({Token::all, Token::privileges}));
    statement.admin = true;
  }
  return Statement(std::move(statement));
}

Result<Statement> parse_drop_user(TokenStream& in) {
  EFD_ASSIGN(std::string name, in.ident());
  return Statement(DropUserStatement{std::move(name)});
}

Result<Statement> parse_set_password(TokenStream& in) {
  SetPasswordStatement statement;
  EFD_ASSIGN(statement.name, in.ident());
  EFD_TRY(in.expect({Token::equal}));
  EFD_ASSIGN(statement.password, in.string());
  return Statement(std::move(statement));
}

Result<Statement> parse_grant(TokenStream& in) {
  return parse_privilege_change<GrantStatement, GrantAdminStatement>(in, Token::to);
}

Result<Statement> parse_revoke(TokenStream& in) {
  return parse_privilege_change<RevokeStatement, RevokeAdminStatement>(in, Token::from);
}

}  // namespace efd::influx
